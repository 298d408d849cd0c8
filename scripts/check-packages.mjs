// Packs every package and refuses what should not be published. With --smoke, also installs the packed command line
// into an empty project and runs it on the versions of Node that it is for.
//
//   node scripts/check-packages.mjs [--smoke]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { packPackages } from './pack-packages.mjs'
import { packageFaults } from './package-faults.mjs'
import { smokeTest } from './smoke-test.mjs'

/** Dependencies that no import names: stores, by the scheme of their URL, and what is required only when it is used. */
const loadedByName = { '@ion/cli': ['@ion/store-fs'], '@ion/core': ['ajv'] }

const folder = mkdtempSync(join(tmpdir(), 'ion-packages-'))
try {
  const packages = packPackages(folder)
  let faulty = false
  for (const packed of packages) {
    const faults = [
      ...packageFaults({ ...packed, byName: loadedByName[packed.name] ?? [] }),
      ...(await publintFaults(packed)),
    ]
    console.log(`${faults.length > 0 ? 'FAIL' : 'ok  '} ${packed.name}: ${packed.files.size} files`)
    for (const fault of faults) console.log(`     ${fault}`)
    faulty ||= faults.length > 0
  }
  if (process.argv.includes('--smoke') && !faulty) await smokeTest({ packages, folder })
  process.exitCode = faulty ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function publintFaults({ tarball, manifest }) {
  const { buffer, byteOffset, byteLength } = readFileSync(tarball)
  const packed = { tarball: buffer.slice(byteOffset, byteOffset + byteLength) }
  const { messages } = await publint({ pack: packed, level: 'warning', strict: true })
  return messages.map((message) => formatMessage(message, manifest, { color: false }) ?? message.code)
}
