import { beforeAll, expect, test } from 'vitest'
import { newStorage, onEachEngine } from '../support/engines.ts'
import { type Inside, openInside } from '../support/inside.ts'
import { settleTrio } from '../support/nodes.ts'
import { tablesOf } from './support/check.ts'
import { KillCycles } from './support/kill-cycles.ts'
import { createRandom, newSeed } from './support/random.ts'
import { startWorld, type World } from './support/world.ts'

/** A run of the gate kills a node six times by each database; `REGIE_KILL_CYCLES=500` looks longer. */
const CYCLES = Number(process.env.REGIE_KILL_CYCLES ?? 6)
/** Cycles in which a node that acknowledges too early must be caught. */
const CONTROL_CYCLES = 15

onEachEngine((engine) => {
  const seed = newSeed()
  let world: World
  let inside: Inside
  let cycles: KillCycles

  beforeAll(async () => {
    world = await startWorld({ storage: newStorage(engine) })
    cycles = new KillCycles(world, createRandom(seed))
    await cycles.start()
    await settleTrio({ ...world, partner: cycles.partner })
    inside = await openInside(world.company, world.clock)
  }, 120_000)

  test(`killed ${CYCLES} times while issuing, granting and revoking, it keeps what it acknowledged`, async () => {
    const began = Date.now()
    const clients = cycles.clients(inside)
    for (let n = 0; n < CYCLES && cycles.problems.length === 0; n++) await cycles.cycle(clients, inside)
    const { readable, refused } =
      cycles.problems.length === 0 ? await cycles.settle(clients) : { readable: 0, refused: 0 }
    const { figures, total, grants, sent } = cycles.acknowledged
    console.info(
      `${engine}, REGIE_SEED=${seed}: killed ${cycles.killed} times in ${Date.now() - began} ms; ${figures}; ` +
        `in the end ${readable} grants could be read and ${refused} revoked ones could not`,
    )
    expect(cycles.problems, `REGIE_SEED=${seed}\n${cycles.logged().slice(-5).join('\n')}`).toEqual([])
    expect(cycles.logged(), `REGIE_SEED=${seed}`).toEqual([])
    // Enough happened for the kills to hit something.
    expect(total).toBeGreaterThan(CYCLES * 4)
    expect(Math.min(grants.size, refused, readable, sent.size)).toBeGreaterThan(CYCLES / 10)
  }, 900_000)

  test('with another master key nothing starts, and nothing is changed', async () => {
    await cycles.stop()
    const before = await tablesOf(cycles.partner.config.storage)
    await expect(cycles.startWithAnotherKey()).rejects.toMatchObject({ code: 'wrong_master_key' })
    expect(await tablesOf(cycles.partner.config.storage)).toEqual(before)
  })

  test('a node that acknowledges before it commits is caught', async () => {
    const control = new KillCycles(world, createRandom(seed))
    const clients = control.clients(inside)
    // Such a node goes wrong in other ways too: what it lost is what must be noticed.
    const isCaught = () => control.problems.some((problem) => /acknowledged .* is not there/.test(problem))
    await control.start('acknowledge early')
    try {
      for (let n = 0; n < CONTROL_CYCLES && !isCaught(); n++)
        await control.cycle(clients, inside, 'acknowledge early')
      expect(isCaught(), `REGIE_SEED=${seed}\n${control.problems.join('\n')}`).toBe(true)
    } finally {
      await control.stop()
    }
  }, 120_000)
})
