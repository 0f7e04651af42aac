import { contract } from '../contract/index.js'
import { MemoryLogStore } from './memory-log-store.js'

contract('memory', async () => {
  const store = new MemoryLogStore()
  return { store, stop: () => store.close() }
})
