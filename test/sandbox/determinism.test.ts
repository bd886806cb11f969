import { expect, test } from 'vitest'
import { startTestSandbox, textAt, USER } from './conforming-client.ts'

/** The responses to a sequence of requests, including headers, as one string. */
async function transcript(seed: string): Promise<string> {
  const sandbox = await startTestSandbox({ seed, publicUrl: 'https://sandbox.example/' })
  const out: string[] = []
  const note = async (method: string, path: string, body?: unknown) => {
    const reply = await sandbox.call(method, path, body)
    out.push(`${method} ${path} ${reply.status} ${JSON.stringify([...reply.headers])}\n${reply.text}`)
    return reply.json
  }
  const audit = await note('POST', '/agents/agt_security_audit/sessions', { input: 'Audit staging' })
  const research = await note('POST', '/agents/agt_research_desk/sessions', { input: 'What sells in rail?' })
  const expense = await note('POST', '/agents/agt_expense_approver/sessions', { input: 'Claim 7' })
  await note('POST', `/sessions/${textAt(research, 'session.id')}/queue`, { input: 'And in air?' })
  const flow = {
    saved_item_id: 'flow_q3_campaign',
    user_id: USER,
    campaign_name: 'Summer Promo',
    channel: 'Email',
  }
  const run = await note('POST', '/start_pipeline', flow)
  await note('POST', '/agents', { name: 'Packer', model_name: 'gpt-5' })
  await note('GET', '/agents/gumball')
  for (let i = 0; i < 4; i += 1) {
    for (const started of [audit, research, expense])
      await note('GET', `/sessions/${textAt(started, 'session.id')}`)
    await note('GET', `/get_pl_run?user_id=${USER}&run_id=${textAt(run, 'run_id')}`)
    sandbox.advanceClock(3)
  }
  await note('GET', '/agents/agt_security_audit/artifacts?page_size=2')
  await note('GET', '/agents/agt_research_desk/artifacts')
  await note('POST', '/chat/completions', {
    model: 'gpt-image-1',
    messages: [{ role: 'user', content: 'A bag' }],
  })
  await note('POST', '/chat/completions', {
    model: 'gpt-5',
    stream: true,
    messages: [{ role: 'user', content: 'Hi' }],
  })
  await note('GET', '/skills/skill_house_style/download')
  await sandbox.close()
  return out.join('\n\n')
}

test('the same seed and clock produce the same bytes, another seed does not', async () => {
  const [first, second, other] = [await transcript('7'), await transcript('7'), await transcript('8')]
  expect(first).toBe(second)
  expect(other).not.toBe(first)
  expect(first).toContain('"download_url":"https://sandbox.example/gumloop-skills/')
  expect(first).toContain('["date","Sun, 22 Nov 2026 15:00:00 GMT"]')
})
