import { type FuzzCounts, fuzzPuts } from './put-fuzz.js'

/** `npm run fuzz -- [seconds] [first seed]`: prints what it did, or the body on which the two paths differ. */
const seconds = Number(process.argv[2] ?? 60)
let seed = Number(process.argv[3] ?? Date.now() % 1e9)
const counts: FuzzCounts = { scanned: 0, valid: 0, refused: 0 }
console.log(`from seed ${seed} for ${seconds} s`)
for (const endMs = Date.now() + seconds * 1000; Date.now() < endMs; ) for (let i = 0; i < 100; i++) fuzzPuts(seed++, counts)
console.log(`to seed ${seed}: ${JSON.stringify(counts)}`)
