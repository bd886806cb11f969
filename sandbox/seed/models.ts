/** The models that the sandbox offers. `lane` is what Gumloop's router calls a model's weight. */
export interface Model {
  id: string
  name: string
  group: string
  lane: 'micro' | 'light' | 'standard' | 'plus' | 'max'
  /** Draws instead of writing. */
  isImageModel: boolean
}

const model = (
  group: string,
  id: string,
  name: string,
  lane: Model['lane'],
  isImageModel = false,
): Model => ({
  id,
  name,
  group,
  lane,
  isImageModel,
})

export const MODELS: readonly Model[] = [
  model('Presets', 'gumloop-auto', 'Auto', 'standard'),
  model('Anthropic', 'anthropic/claude-haiku-4-5', 'Claude Haiku 4.5', 'light'),
  model('Anthropic', 'anthropic/claude-sonnet-4-5', 'Claude Sonnet 4.5', 'plus'),
  model('Anthropic', 'anthropic/claude-opus-4-5', 'Claude Opus 4.5', 'max'),
  model('OpenAI', 'openai/gpt-5-mini', 'GPT-5 mini', 'micro'),
  model('OpenAI', 'openai/gpt-5', 'GPT-5', 'plus'),
  model('OpenAI', 'openai/gpt-4o', 'GPT-4o', 'standard'),
  model('Images', 'gpt-image-1', 'GPT Image 1', 'standard', true),
  model('Images', 'gemini-3-pro-image-preview', 'Gemini 3 Pro Image (preview)', 'plus', true),
]

/** The model with this id; the vendor's prefix may be left out, as Gumloop allows. */
export function findModel(id: string): Model | undefined {
  return MODELS.find(entry => entry.id === id || entry.id.split('/').at(-1) === id)
}
