import { spawn } from 'node:child_process'
import path from 'node:path'

/**
 * Runs a development tool by its entry in node_modules; all that it printed is the problem when it fails.
 * @param {string} root
 * @param {string} entry
 * @param {string[]} args
 * @returns {Promise<import('./checks.mjs').Findings>}
 */
export function runTool(root, entry, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, 'node_modules', entry), ...args], { cwd: root })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ problems: code === 0 ? [] : [output.trim() || `exit code ${code}`], remarks: [] }))
  })
}
