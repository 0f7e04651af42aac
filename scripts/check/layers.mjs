import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSync } from 'oxc-parser'

/** What a package may import, as in CONTRIBUTING.md. Apps may import every package but testkit; only standalone imports apps. */
const mayImport = {
  model: [],
  streams: ['model'],
  'aws-models': [],
  'aws-wire': ['model', 'aws-models'],
  'aws-auth': ['model'],
  'log-store': ['model'],
  'log-store-segment': ['model', 'log-store'],
  metadata: ['model', 'streams'],
  rpc: ['model', 'streams'],
  'service-kit': ['model'],
}
const apps = ['control-plane', 'data-plane', 'standalone']
/** Entries of a package besides its index. */
const entries = ['@millrace/log-store/contract']
const frameworks = /^(@nestjs\/|@grpc\/|@prisma\/|@aws-sdk\/|kafkajs|.*\/generated\/)/
const frameworkFiles = /(\.(http|rpc|prisma|kafka|s3|module)\.ts|(^|\/)main\.ts|\.test\.ts)$/
const testFiles = /\.(test|fixture)\.ts$/

/**
 * Who may import whom: packages only what stands in the table, no way past a package's index, frameworks only in files whose suffix
 * says so, no cycles between files.
 * @param {string} root
 * @returns {Promise<import('./checks.mjs').Findings>}
 */
export async function layers(root) {
  const problems = []
  /** @type {Map<string, string[]>} */
  const graph = new Map()
  for (const [folder, names] of /** @type {const} */ ([
    ['packages', Object.keys(mayImport)],
    ['apps', apps],
  ])) {
    for (const name of names) {
      for (const file of sourceFiles(path.join(root, folder, name, 'src'))) {
        const local = path.relative(root, file)
        const imports = importsOf(file)
        const problem = imports.flatMap(({ specifier }) => problemOf(folder, name, local, specifier) ?? [])
        problems.push(...problem.map((text) => `${local}: ${text}`))
        graph.set(
          file,
          imports.filter(isLocal).map(({ specifier }) => resolveLocal(file, specifier)),
        )
      }
    }
  }
  problems.push(...foldersWithoutRule(root))
  problems.push(...cycles(graph).map((cycle) => `cycle: ${cycle.map((file) => path.relative(root, file)).join(' → ')}`))
  return { problems, remarks: [] }
}

/** A folder that nobody told the rules of would be checked by none. @param {string} root @returns {string[]} */
function foldersWithoutRule(root) {
  const known = { packages: [...Object.keys(mayImport), 'testkit'], apps }
  return Object.entries(known).flatMap(([folder, names]) => {
    const there = existsSync(path.join(root, folder)) ? readdirSync(path.join(root, folder)) : []
    return there.filter((name) => !names.includes(name)).map((name) => `${folder}/${name}: no rule says what it may import`)
  })
}

/** @param {string} folder @param {string} name @param {string} file @param {string} specifier */
function problemOf(folder, name, file, specifier) {
  if (frameworks.test(specifier) && !frameworkFiles.test(file)) return `imports ${specifier}, which its suffix does not allow`
  if (specifier.startsWith('.') && !path.join(path.dirname(file), specifier).startsWith(`${folder}/${name}/`)) {
    return `imports ${specifier}, out of its folder`
  }
  const match = /^@millrace\/([^/]+)(\/.*)?$/.exec(specifier)
  if (!match) return undefined
  const target = match[1] ?? ''
  if (match[2] && !entries.includes(specifier)) return `imports ${specifier}, past the index`
  if (testFiles.test(file) || target === name) return undefined
  if (folder === 'packages') {
    const allowed = /** @type {Record<string, readonly string[]>} */ (mayImport)[name] ?? []
    return allowed.includes(target) ? undefined : `${name} may not import ${target}`
  }
  const isAllowed = target in mayImport || (name === 'standalone' && apps.includes(target))
  return isAllowed ? undefined : `${name} may not import ${target}`
}

/** @param {string} file @returns {{ specifier: string }[]} */
function importsOf(file) {
  const text = readFileSync(file, 'utf8')
  const { module } = parseSync(file, text)
  const imports = module.staticImports.map(({ moduleRequest }) => ({ specifier: moduleRequest.value }))
  const exports = module.staticExports.flatMap(({ entries: names }) => {
    return names.flatMap(({ moduleRequest }) => (moduleRequest ? { specifier: moduleRequest.value } : []))
  })
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const literal = /^(['"`])([^'"`$]+)\1$/.exec(text.slice(start, end))
    return literal?.[2] ? { specifier: literal[2] } : []
  })
  return [...imports, ...exports, ...dynamic]
}

/** @param {string} directory @returns {string[]} */
function sourceFiles(directory) {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('generated'))
    .map((name) => path.join(directory, name))
}

/** Types too: who reads one of two files that know each other has to read both. @param {{ specifier: string }} one */
function isLocal({ specifier }) {
  return specifier.startsWith('.')
}

/** @param {string} file @param {string} specifier */
function resolveLocal(file, specifier) {
  return path.join(path.dirname(file), specifier).replace(/\.js$/, '.ts')
}

/** @param {Map<string, string[]>} graph @returns {string[][]} */
function cycles(graph) {
  /** @type {string[][]} */
  const found = []
  const done = new Set()
  /** @param {string} file @param {string[]} way */
  const visit = (file, way) => {
    if (way.includes(file)) return void found.push([...way.slice(way.indexOf(file)), file])
    if (done.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...way, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return found
}
