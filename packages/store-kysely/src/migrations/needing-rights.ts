import { UnavailableError } from '@ion/store'

const insufficientPrivilege = '42501'

/** Does what the role of the connection may lack a right for; then the error says what to do. */
export async function needingRights<Result>(advice: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== insufficientPrivilege) throw error
    throw new UnavailableError(`${error.message}: ${advice}`, 'none', { cause: error })
  }
}
