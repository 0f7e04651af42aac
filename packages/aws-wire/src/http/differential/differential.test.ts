import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Observation, type Observed, observeListener, observeNode } from './observe.js'
import { randomPieces, randomRequests, seededPick } from './random-requests.js'

/** Longer by hand: `FUZZ_SECONDS=60 FUZZ_SEED=1 node --test packages/aws-wire/dist/http/differential/differential.test.js`. */
const seconds = Number(process.env.FUZZ_SECONDS ?? 3)
const firstSeed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000)

let ours: Observed
let node: Observed

before(async () => {
  ours = await observeListener()
  node = await observeNode()
})
after(async () => {
  await ours.close()
  await node.close()
})

async function compare(bytes: Buffer, pieces: readonly Buffer[], title: string): Promise<boolean> {
  const [mine, theirs] = [await ours.observe(pieces), await node.observe(pieces)]
  const context = `${title}: ${JSON.stringify(bytes.toString('latin1'))}`
  assert.deepEqual(mine.seen, theirs.seen.slice(0, mine.seen.length), context)
  // What Node has served and the listener has not, it must have refused.
  if (mine.seen.length < theirs.seen.length) assert.ok(refuses(mine), `${context}\n${JSON.stringify({ mine, theirs })}`)
  return mine.seen.length < theirs.seen.length
}

function refuses({ statuses }: Observation): boolean {
  return [400, 413, 431].includes(statuses.at(-1) ?? 0)
}

test('reads no request otherwise than node:http does, whatever the bytes and wherever they are cut', async () => {
  const end = Date.now() + seconds * 1000
  let cases = 0
  let refused = 0
  for (let seed = firstSeed; Date.now() < end; seed++, cases++) {
    const pick = seededPick(seed)
    const bytes = randomRequests(pick)
    if (await compare(bytes, randomPieces(bytes, pick), `FUZZ_SEED=${seed}`)) refused++
  }
  assert.ok(refused < cases / 4, `${refused} of ${cases} were refused though Node serves them`)
})

test('reads requests as node:http does when every byte comes alone', async () => {
  const text =
    'POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nhost: h\r\n\r\n' +
    'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\nGET /last HTTP/1.1\r\nHost: h\r\n\r\n'
  const bytes = Buffer.from(text)
  const pieces = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))
  await compare(bytes, pieces, 'byte by byte')
  assert.equal((await ours.observe(pieces)).seen.length, 4)
})
