/** The initial state of a sandbox. */
import type { SandboxState } from '../state/state.ts'
import { seedAgents } from './agents.ts'
import { seedSkills } from './skills.ts'

export function freshState(seed: string): SandboxState {
  return {
    formatVersion: 2,
    seed,
    idsMade: 0,
    clockOffsetMs: 0,
    agents: seedAgents(),
    sessions: [],
    flowRuns: [],
    flowFiles: [],
    skills: seedSkills(),
  }
}
