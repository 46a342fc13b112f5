/** With it, Resume asks which server to go on with: the one that the run had may have moved, or be gone. */
export const RESUME_ELSEWHERE = "elsewhere";
