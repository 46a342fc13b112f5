/** A file that is made, by its path from the root of the project. */
export interface MadeFile {
  path: string;
  content: string;
}
