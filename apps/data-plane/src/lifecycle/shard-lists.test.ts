import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { ListShardsInput } from '@millrace/aws-models'
import { AnswerReader, AnswerRoom, ByteBudget, type CallContext, type OperationHandler } from '@millrace/aws-wire'
import { type DomainError, ok, type Result } from '@millrace/model'
import { ShardLists } from './shard-lists.js'

type ValueHandler = Extract<OperationHandler, { form: 'value' }>

/** A control plane that answers when it is told to. */
function lists(budgetBytes = 1 << 28) {
  const asked: { readonly input: ListShardsInput; answer(): Promise<void> }[] = []
  const clock = { nowMs: 0 }
  const budget = new ByteBudget(ByteBudget.allocate(budgetBytes))
  const list: ValueHandler['handle'] = (_, input) =>
    new Promise((resolve) => asked.push({ input: input as ListShardsInput, answer: () => settle(resolve) }))
  const settle = async (resolve: (value: Result<unknown, DomainError>) => void) => {
    resolve(ok({}))
    await setImmediate()
  }
  const handler = new ShardLists(list, new AnswerRoom(budget), () => clock.nowMs).handler() as ValueHandler
  const ask = (input: ListShardsInput, signal = new AbortController().signal) => {
    const context = {
      account: '000000000000',
      region: 'us-east-1',
      request: { signal, reader: new AnswerReader() },
    } as unknown as CallContext
    return handler.handle(context, input)
  }
  return { asked, ask, clock, budget }
}

test('a stream’s lists are made one after the other, and another stream’s do not wait for them', async () => {
  const { asked, ask } = lists()
  const answers = [ask({ StreamName: 'wide' }), ask({ StreamName: 'wide', MaxResults: 7 }), ask({ StreamName: 'other' })]
  await setImmediate()
  const names = () => asked.map(({ input }) => [input.StreamName, input.MaxResults])
  assert.deepEqual(names(), [
    ['wide', undefined],
    ['other', undefined],
  ])
  await asked[0].answer()
  assert.deepEqual(names().at(-1), ['wide', 7])
  await asked[1].answer()
  await asked[2].answer()
  assert.deepEqual(await Promise.all(answers), [ok({}), ok({}), ok({})])
})

test('whoever has gone before his turn is not listed anything', async () => {
  const { asked, ask } = lists()
  const leaving = new AbortController()
  const first = ask({ StreamName: 'wide' })
  const second = ask({ StreamName: 'wide' }, leaving.signal)
  await setImmediate()
  leaving.abort()
  await asked[0].answer()
  assert.deepEqual([(await first).ok, (await second).ok, asked.length], [true, false, 1])
})

test('what has waited too long is refused, and those behind it are still served', async () => {
  const { asked, ask, clock } = lists()
  const slow = ask({ StreamName: 'wide' })
  const late = ask({ StreamName: 'wide' })
  await setImmediate()
  clock.nowMs = 20_000
  const behind = ask({ StreamName: 'wide' })
  await asked[0].answer()
  await asked[1].answer()
  assert.equal((await slow).ok, true)
  assert.deepEqual(await late, {
    ok: false,
    error: { kind: 'Unavailable', outcome: 'none', reason: 'too many lists of shards are asked for' },
  })
  assert.equal((await behind).ok, true)
})

test('a list counts in the budget of answers while it is made', async () => {
  const { asked, ask, budget } = lists()
  const answer = ask({ StreamName: 'wide', MaxResults: 10_000 })
  await setImmediate()
  assert.equal(budget.usedBytes, 10_000 * 1024)
  await asked[0].answer()
  await answer
  assert.equal(budget.usedBytes, 0)
})
