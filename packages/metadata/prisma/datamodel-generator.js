/**
 * A Prisma generator (JSON-RPC, one message a line: asked on stdin, answered on stderr) that writes the data model as
 * `datamodel.json`: tables, columns, native types, keys and indexes, for the test that compares them with the migrated database.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const methods = {
  getManifest: () => ({ manifest: { prettyName: 'Data model', defaultOutput: '../src/generated' } }),
  generate: ({ generator, dmmf }) => {
    const { models, enums, indexes } = dmmf.datamodel
    writeFileSync(join(generator.output.value, 'datamodel.json'), JSON.stringify({ models, enums, indexes }, undefined, 1))
    return null
  },
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  process.stderr.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: methods[method](params) })}\n`)
})
