/** Prompts that a user can pick: each a sequence of steps, with the tools that the connector may use. */
import type { Prompt } from '@modelcontextprotocol/server'
import { mayCall, type ToolFilterConfig } from '../../catalog/tool-filter.ts'

export interface PromptRecord {
  definition: Prompt
  /** The tool of each step; of alternatives, the first that the connector may call. */
  needs: readonly (readonly string[])[]
  /** The user's message. `tools` are those of `needs`, one per step. */
  text: (args: Record<string, string>, tools: string[], today: string) => string
}

export const PROMPTS: readonly PromptRecord[] = [
  {
    definition: {
      name: 'run_agent_and_get_files',
      title: 'Run an agent and get its files',
      description:
        'Gives an agent a task, waits for it, and returns the answer and every file that it created.',
      arguments: [
        { name: 'agent', description: 'Name of the agent', required: true },
        { name: 'task', description: 'The task for the agent', required: true },
      ],
    },
    needs: [
      ['list_all_gumloop_agents'],
      ['create_a_gumloop_session'],
      ['wait_for_gumloop_session', 'get_single_gumloop_session_by_id'],
      ['list_all_gumloop_artifacts'],
      ['get_single_gumloop_artifact_by_id', 'read_gumloop_artifact'],
    ],
    text: ({ agent, task }, [find, start, wait, list, get]) =>
      [
        `Run the Gumloop agent ${quoted(agent)} and give me its answer and files.`,
        `1. Find its id with ${find}. If several match the name, ask me which one.`,
        `2. Start it once with ${start}; the input is the task below, verbatim.`,
        `3. Call ${wait} until is_over is true. If it asks for approval, show me the request and let me decide.`,
        `4. List the files of this run with ${list}, and give me each of them with ${get}.`,
        '5. Summarize the answer, then name the files. If the run failed, tell me why.',
        '',
        `The task: ${task}`,
      ].join('\n'),
  },
  {
    definition: {
      name: 'run_flow_by_name',
      title: 'Run a flow by name',
      description: 'Finds a flow, asks for its inputs, runs it and returns the outputs.',
      arguments: [
        { name: 'flow', description: 'Name of the flow', required: true },
        { name: 'inputs', description: 'The inputs, in your own words' },
      ],
    },
    needs: [
      ['list_all_gumloop_flows'],
      ['get_single_gumloop_automation_by_id'],
      ['create_a_gumloop_flow_run'],
      ['wait_for_gumloop_flow_run', 'get_single_gumloop_flow_run_by_id'],
    ],
    text: ({ flow, inputs }, [find, read, start, wait]) =>
      [
        `Run the Gumloop flow ${quoted(flow)}.`,
        `1. Find its id with ${find}. If several match the name, ask me which one.`,
        `2. Read its inputs with ${read}. Ask me for missing ones; do not invent any.`,
        `3. Start it once with ${start}.`,
        `4. Call ${wait} until is_over is true, then give me the outputs. If the run failed, tell me why.`,
        '',
        inputs === undefined || inputs === '' ? 'I have not given any inputs yet.' : `The inputs: ${inputs}`,
      ].join('\n'),
  },
  {
    definition: {
      name: 'what_ran_today',
      title: 'What ran today',
      description: "Lists today's runs of agents and flows, how they ended, and which need a decision.",
    },
    needs: [
      ['list_all_gumloop_agents'],
      ['list_all_gumloop_sessions'],
      ['list_all_gumloop_flows'],
      ['list_all_gumloop_flow_runs'],
    ],
    text: (_, [agents, sessions, flows, runs], today) =>
      [
        `What ran in Gumloop today? It is ${today} in UTC.`,
        `1. List the agents with ${agents} (include_last_used), and the newest sessions of those used today with ${sessions}.`,
        `2. List the flows with ${flows}, and the latest runs of each with ${runs}.`,
        '3. Give me one table: time, agent or flow, state. Below it, list what failed and what waits for a decision.',
        'Only read; do not start anything.',
      ].join('\n'),
  },
]

/** The tool of each step on this connector; undefined if a step has none. */
export function stepsFor({ needs }: PromptRecord, config: ToolFilterConfig): string[] | undefined {
  const tools = needs.map(alternatives => alternatives.find(tool => mayCall(tool, config)))
  return tools.every(tool => tool !== undefined) ? tools : undefined
}

function quoted(name: string | undefined): string {
  return JSON.stringify(name ?? '')
}
