/** The models of the sandbox. `lane` is the term of Gumloop's router for a model's weight class. */
export interface Model {
  id: string
  name: string
  group: string
  lane: 'micro' | 'light' | 'standard' | 'plus' | 'max'
  /** Generates images instead of text. */
  isImageModel: boolean
  /** Answers typed questions with probabilities instead of writing text. */
  isDecisionModel: boolean
}

const model = (
  group: string,
  id: string,
  name: string,
  lane: Model['lane'],
  kind: 'text' | 'image' | 'decision' = 'text',
): Model => ({
  id,
  name,
  group,
  lane,
  isImageModel: kind === 'image',
  isDecisionModel: kind === 'decision',
})

export const MODELS: readonly Model[] = [
  model('Presets', 'gumloop-auto', 'Auto', 'standard'),
  model('Anthropic', 'anthropic/claude-haiku-4-5', 'Claude Haiku 4.5', 'light'),
  model('Anthropic', 'anthropic/claude-sonnet-4-5', 'Claude Sonnet 4.5', 'plus'),
  model('Anthropic', 'anthropic/claude-opus-4-5', 'Claude Opus 4.5', 'max'),
  model('OpenAI', 'openai/gpt-5-mini', 'GPT-5 mini', 'micro'),
  model('OpenAI', 'openai/gpt-5', 'GPT-5', 'plus'),
  model('OpenAI', 'openai/gpt-4o', 'GPT-4o', 'standard'),
  model('Images', 'gpt-image-1', 'GPT Image 1', 'standard', 'image'),
  model('Images', 'gemini-3-pro-image-preview', 'Gemini 3 Pro Image (preview)', 'plus', 'image'),
  model('Decisions', 'typesafe/jev-1.13', 'Jev 1.13', 'micro', 'decision'),
]

/** The model with this ID. The vendor prefix is optional, as in Gumloop. */
export function findModel(id: string): Model | undefined {
  return MODELS.find(entry => entry.id === id || entry.id.split('/').at(-1) === id)
}
