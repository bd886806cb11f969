import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance, nearest } from '../../../lambda/shared/edit-distance.ts'

/** Optimal string alignment without any bound, as textbooks have it. */
function fullDistance(from: string, to: string): number {
  const table = Array.from({ length: from.length + 1 }, (_, row) =>
    Array.from({ length: to.length + 1 }, (_, column) => (row === 0 ? column : column === 0 ? row : 0)),
  )
  const at = (row: number, column: number) => table[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= from.length; row++) {
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1]
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const swapped = row > 1 && column > 1 && isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY
      const others = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, swapped)
      const cells = table[row]
      if (cells) cells[column] = Math.min(others, at(row - 1, column - 1) + (isSame ? 0 : 1))
    }
  }
  return at(from.length, to.length)
}

describe('editDistance', () => {
  test.each([
    ['agent', 'agent', 0],
    ['agent', 'agents', 1],
    ['agent', 'aget', 1],
    ['agent', 'adent', 1],
    ['agent', 'aegnt', 1],
    ['', 'ab', 2],
    ['session', 'sezzion', 2],
  ])('%j and %j are %d apart', (from, to, distance) => {
    expect([editDistance(from, to, 3), editDistance(to, from, 3)]).toEqual([distance, distance])
  })

  test('is undefined beyond the maximum', () => {
    expect(editDistance('agent', 'agents', 0)).toBeUndefined()
    expect(editDistance('agent', 'flow', 3)).toBeUndefined()
    expect(editDistance('ab', 'ba', 0)).toBeUndefined()
  })

  test('agrees with the unbounded algorithm within the maximum', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 })
    let near = 0
    fc.assert(
      fc.property(word, word, fc.nat(8), (from, to, max) => {
        const distance = fullDistance(from, to)
        if (distance <= max) near++
        expect(editDistance(from, to, max)).toBe(distance <= max ? distance : undefined)
      }),
      { numRuns: 5000, seed: 4 },
    )
    expect(near).toBeGreaterThan(1000)
  })

  test('costs nothing for long texts, however alike they are', () => {
    const long = 'a'.repeat(5_000_000)
    const alike = `${long.slice(1)}b`
    const startedMs = performance.now()
    const found = Array.from({ length: 1000 }, () => [
      editDistance(long, alike, long.length),
      editDistance(long, 'agent_id', long.length),
    ])
    expect(found.flat().every(distance => distance === undefined)).toBe(true)
    expect(performance.now() - startedMs).toBeLessThan(100)
  })
})

describe('nearest', () => {
  const names = ['agent_id', 'session_id', 'wait_seconds']

  test('finds what a typing error was meant to be, in any case', () => {
    expect(nearest('agentid', names)).toBe('agent_id')
    expect(nearest('AGENT_ID', names)).toBe('agent_id')
    expect(nearest('sesion_id', names)).toBe('session_id')
    expect(nearest('xy', ['yx'])).toBe('yx')
  })

  test('prefers the closest, and the first of equals', () => {
    expect(nearest('agent_ib', ['agent_idx', 'agent_id'])).toBe('agent_id')
    expect(nearest('abcd', ['abce', 'abcf'])).toBe('abce')
  })

  test('finds nothing where more than a third of the characters differ', () => {
    expect(nearest('color', names)).toBeUndefined()
    expect(nearest('ab', ['ac', 'cd'])).toBe('ac')
    expect(nearest('ab', ['cd'])).toBeUndefined()
  })

  test('costs nothing for a name of megabytes', () => {
    const startedMs = performance.now()
    const candidates = Array.from({ length: 1000 }, (_, index) => `field_${index}`)
    expect(nearest('x'.repeat(5_000_000), candidates)).toBeUndefined()
    expect(performance.now() - startedMs).toBeLessThan(100)
  })
})
