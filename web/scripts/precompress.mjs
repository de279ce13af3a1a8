// Writes .br and .gz beside every text file of dist, so that the server sends them as they are.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const worth_it = /\.(html|js|css|svg|json|yaml|txt|map|webmanifest)$/
const smallest_bytes = 512

function* files_below(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) yield* files_below(path)
    else yield path
  }
}

let count = 0
for (const path of files_below('dist')) {
  if (!worth_it.test(path)) continue
  const text = readFileSync(path)
  if (text.length < smallest_bytes) continue
  writeFileSync(`${path}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
  writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }))
  count += 1
}
console.log(`precompressed ${count} files`)
