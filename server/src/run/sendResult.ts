/** What came of sending one request once, before anybody judges it. */
export type SendResult = Answer | SendFailure;

export interface Answer {
  kind: "answer";
  statusCode: number;
  /** The value of `Retry-After`, if any. */
  retryAfter: string | undefined;
  text: string;
}

export interface SendFailure {
  kind: "failure";
  /**
   * refused: nothing listens, or the host cannot be found or reached. reset: the connection broke before any byte of
   * the answer. cut: it broke in the middle of the answer. deadline: no whole answer in time. tooLarge: the answer
   * is larger than we take. local: this machine could not send (out of file descriptors). media: the file that the
   * request names could not be had for now. badMedia: it never can be.
   */
  failure: "refused" | "reset" | "cut" | "deadline" | "tooLarge" | "local" | "media" | "badMedia";
  message: string;
}
