/** What a thread can say of an error: errors lose their class and their own members between threads. */
export interface ThreadError {
  code: string
  message: string
}

/** An error of a store that was met in another thread. */
export class StoreErrorFromThread extends Error {
  readonly code: string

  constructor({ code, message }: ThreadError) {
    super(message)
    this.name = new.target.name
    this.code = code
  }
}
