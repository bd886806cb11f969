/** The table of the watch's state machine as docs/long-runs.md shows it. Pure. */
import { TRANSITIONS, type WatchEffect } from '../../lambda/runs/watch/watch-machine.ts'

const EFFECTS: Record<Exclude<WatchEffect, 'persist'>, string> = {
  startPoller: 'start a poller',
  sendEvent: 'send the event',
}

/** One row per state, one column per event: the next state, and what is done beside writing it. Equal rows are one. */
export function watchTable(): string {
  const events = Object.keys(TRANSITIONS.none)
  const statesByCells = new Map<string, string[]>()
  for (const [state, cells] of Object.entries(TRANSITIONS)) {
    const columns = Object.values(cells).map(cell => {
      if (cell === null) return '–'
      const effects = cell.effects.flatMap(effect => (effect === 'persist' ? [] : [EFFECTS[effect]]))
      return [`\`${cell.next}\``, ...effects].join(', ')
    })
    const text = columns.join(' | ')
    statesByCells.set(text, [...(statesByCells.get(text) ?? []), `\`${state}\``])
  }
  const rows = [...statesByCells].map(([cells, states]) => `| ${states.join(', ')} | ${cells} |`)
  return [
    `| State | ${events.map(event => `\`${event}\``).join(' | ')} |`,
    `| --- |${events.map(() => ' --- |').join('')}`,
    ...rows,
  ].join('\n')
}
