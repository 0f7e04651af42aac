import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { workspaceFolders } from '../prepare/workspaces.mjs'

const functionLinesMax = 70
const fileLines = 350
/** Of all files, at most this share may be longer than `fileLines`. */
const longFilesShareMax = 0.1

/**
 * A function has at most 70 lines; nine in ten files have at most 350. What is generated is not counted, nor is a function
 * whose statements are tests: it is a list of them.
 * @param {string} root
 * @returns {Promise<import('./checks.mjs').Findings>}
 */
export async function sizes(root) {
  const files = workspaceFolders(root).flatMap((folder) => sourceFiles(root, folder))
  const read = files.map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }))
  const written = read.filter(({ text }) => !text.startsWith('/** Generated '))
  const problems = written.flatMap(({ file, text }) => longFunctions(file, text))
  const long = written
    .map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > fileLines)
  if (long.length > written.length * longFilesShareMax) problems.push(`${long.length} of ${written.length} files are too long`)
  return { problems, remarks: long.map(({ file, lines }) => `${file} has ${lines} lines`) }
}

/** @param {string} root @param {string} folder @returns {string[]} */
function sourceFiles(root, folder) {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs)$/.test(name) && !/(^|\/)(node_modules|dist|generated)\//.test(name))
    .map((name) => `${folder}/${name}`)
}

/** @param {string} file @param {string} text @returns {string[]} */
function longFunctions(file, text) {
  /** @type {string[]} */
  const problems = []
  /** @param {FunctionNode} node */
  const measure = (node) => {
    const lines = text.slice(node.start, node.end).split('\n').length
    if (lines <= functionLinesMax || isListOfTests(node)) return
    problems.push(`${file}:${text.slice(0, node.start).split('\n').length}: a function of ${lines} lines`)
  }
  new Visitor({ FunctionDeclaration: measure, FunctionExpression: measure, ArrowFunctionExpression: measure }).visit(
    parseSync(file, text).program,
  )
  return problems
}

/** @typedef {import('oxc-parser').Function | import('oxc-parser').ArrowFunctionExpression} FunctionNode */

/** @param {FunctionNode} node */
function isListOfTests({ body }) {
  if (body?.type !== 'BlockStatement') return false
  return body.body.some((statement) => {
    const call =
      statement.type === 'ExpressionStatement' && statement.expression.type === 'CallExpression' && statement.expression
    return call && call.callee.type === 'Identifier' && ['test', 'it', 'describe', 'claim'].includes(call.callee.name)
  })
}
