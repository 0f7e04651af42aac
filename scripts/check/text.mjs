import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** Said in pieces, so that this file does not find itself. */
const left = [
  { what: 'something left to do', form: new RegExp(`\\b(${['TO', 'FIX', 'XX'].join('|')})(DO|ME|X)\\b`) },
  { what: 'a merge conflict', form: /^(<{7}|>{7}) / },
  { what: 'a test that keeps others from running', form: /\b(test|it|describe)\.only\(/ },
  { what: 'a test that is skipped without a reason', form: /\b(test|it|describe)\.skip\(|\bskip: true\b/ },
  { what: 'a path of one machine', form: new RegExp(`(^|[\\s"'(\`])/(${['home', 'Users', 'root', 'work'].join('|')})/`) },
  { what: 'a path out of the repository', form: new RegExp(`\\.\\./${'shared'}/`) },
  { what: 'the host of a registry', form: new RegExp(`registry\\.${'npmjs'}\\.org|${'pypi'}\\.org`) },
]

/**
 * What must not be in a tracked text file.
 * @param {string} root
 * @returns {Promise<import('./checks.mjs').Findings>}
 */
export async function text(root) {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  const files = listed.split('\0').filter((file) => /\.(ts|mjs|json|md|sh|sql|prisma|yaml|yml)$/.test(file) || file === '.ci/run')
  const problems = files.flatMap((file) => problemsIn(file, readTracked(path.join(root, file))))
  return { problems, remarks: [] }
}

/** Empty where it is deleted and not yet committed. @param {string} file */
function readTracked(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** @param {string} file @param {string} content @returns {string[]} */
export function problemsIn(file, content) {
  return content
    .split('\n')
    .flatMap((line, index) => left.filter(({ form }) => form.test(line)).map(({ what }) => `${file}:${index + 1}: ${what}`))
}
