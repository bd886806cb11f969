/** What every client is told about this server. The first 512 characters carry what a model must know. */
export const INSTRUCTIONS = [
  'Gumloop runs AI agents and automation flows for this organisation.',
  'Agents: list_all_gumloop_agents → create_a_gumloop_session → wait_for_gumloop_session until is_over → list_all_gumloop_artifacts → get_single_gumloop_artifact_by_id (link) or read_gumloop_artifact (content).',
  'Flows: list_all_gumloop_flows → get_single_gumloop_automation_by_id (its inputs) → create_a_gumloop_flow_run → wait_for_gumloop_flow_run.',
  'Runs take seconds to hours: follow next_step, never invent a result, never start the same run twice.',
  'Lists come in pages: pass next_cursor back unchanged. An error says what to do next.',
  'Starting an agent or a flow can send messages, spend credits and change data: do it when the person asked for it.',
  'A tool that your list lacks: search_gumloop_tools finds it, call_gumloop_tool runs it, where these two are listed.',
].join(' ')
