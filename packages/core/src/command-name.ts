/**
 * Whether a name can be a command's: the name of a file in the folder of commands, which it can't leave.
 *
 * @example
 * isCommandName('review') // true
 * isCommandName('../secrets') // false
 */
export function isCommandName(name: string): boolean {
  return /^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u.test(name) && !name.includes('..') && name.trim() === name
}
