/**
 * Gives the memory of bytes back at once; they are empty then. Left to the garbage collector, what a process prints piles up
 * faster than it is collected, as the memory of buffers is not on its heap.
 */
export function release({ buffer, byteLength }: Uint8Array): void {
  // Small buffers share their memory with others.
  if (byteLength === buffer.byteLength && canBeTransferred(buffer)) buffer.transfer(0)
}

function canBeTransferred(buffer: object): buffer is { transfer(length: number): unknown } {
  return 'transfer' in buffer && typeof buffer.transfer === 'function'
}
