import type { Socket } from 'node:net'
import { deserialize, serialize } from 'node:v8'

/** Writes one value, its length before it. */
export function writeFrame(socket: Socket, value: unknown): void {
  const body = serialize(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  socket.write(Buffer.concat([length, body]))
}

/** Hears every value that arrives. */
export function onFrames<Value>(socket: Socket, hear: (value: Value) => void): void {
  let rest = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, Buffer.from(bytes)])
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0)
      hear(deserialize(rest.subarray(4, end)))
      rest = rest.subarray(end)
    }
  })
}
