import { userInfo } from 'node:os'

/** The name that the person is logged in with; `undefined` where the system has none, as in some containers. */
export function currentUser(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}
