import { Checkbox, NativeSelect, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core'
import { DurationInput } from '../../ui/duration-input'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    language: 'Taal van de tekst',
    nl: 'Nederlands',
    en: 'Engels',
    title: 'Titel',
    body: 'Tekst',
    body_help: 'Een regel die met # begint is een kop, een regel met - een punt van een opsomming.',
    surviving: 'Bepalingen die na afloop blijven gelden',
    surviving_help: 'De koppen ervan, elk op een eigen regel.',
    starts_on: 'Eerste dag',
    ends_on: 'Laatste dag',
    ends_help: 'Leeg: loopt door totdat iemand opzegt.',
    notice: 'Opzegtermijn',
    renewal: 'Wordt telkens verlengd met',
    renewal_help: 'Leeg: wordt niet verlengd.',
    trade_secrets: 'Onder deze overeenkomst mogen bedrijfsgeheimen worden getoond',
    why: 'Toelichting voor de andere partij',
  },
  en: {
    language: 'Language of the text',
    nl: 'Dutch',
    en: 'English',
    title: 'Title',
    body: 'Text',
    body_help: 'A line that begins with # is a heading, a line with - a point of a list.',
    surviving: 'Clauses that stay in force afterwards',
    surviving_help: 'Their headings, each on a line of its own.',
    starts_on: 'First day',
    ends_on: 'Last day',
    ends_help: 'Empty: runs on until somebody gives notice.',
    notice: 'Notice',
    renewal: 'Is renewed each time for',
    renewal_help: 'Empty: is not renewed.',
    trade_secrets: 'Trade secrets may be shown under this agreement',
    why: 'Explanation for the other party',
  },
})

/** What is agreed, as it is typed. */
export interface TypedTerms {
  language: 'nl' | 'en'
  title: string
  body: string
  surviving: string
  starts_on: string
  ends_on: string
  notice: string
  renewal: string
  trade_secrets: boolean
  why: string
}

export const emptyTerms: TypedTerms = {
  ...{ language: 'nl', title: '', body: '', surviving: '' },
  ...{ starts_on: '', ends_on: '', notice: 'P1M', renewal: '', trade_secrets: false, why: '' },
}

const headingsOf = (typed: TypedTerms): string[] =>
  typed.surviving
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** What is agreed beside the text. */
export const termOf = ({
  language,
  starts_on,
  ends_on,
  notice,
  renewal,
  trade_secrets,
  why,
}: TypedTerms) => ({
  ...{ language, starts_on, notice, trade_secrets },
  ...(ends_on !== '' && { ends_on }),
  ...(renewal !== '' && { renewal }),
  ...(why.trim() !== '' && { why: why.trim() }),
})

/** A text of one's own, as it is sent. */
export const ownTextOf = (typed: TypedTerms) => ({
  ...termOf(typed),
  ...{ title: typed.title.trim(), body: typed.body, surviving: headingsOf(typed) },
})

interface FormProps {
  readonly typed: TypedTerms
  readonly onTyped: (more: Partial<TypedTerms>) => void
}

export function OwnText({ typed, onTyped }: FormProps) {
  const say = useWords(texts)
  return (
    <Stack gap="sm">
      <TextInput
        label={say('title')}
        value={typed.title}
        maxLength={200}
        required
        onChange={(event) => onTyped({ title: event.currentTarget.value })}
      />
      <Textarea
        label={say('body')}
        description={say('body_help')}
        value={typed.body}
        required
        autosize
        minRows={8}
        maxRows={30}
        onChange={(event) => onTyped({ body: event.currentTarget.value })}
      />
      <Textarea
        label={say('surviving')}
        description={say('surviving_help')}
        value={typed.surviving}
        autosize
        minRows={2}
        onChange={(event) => onTyped({ surviving: event.currentTarget.value })}
      />
    </Stack>
  )
}

export function TermFields({
  typed,
  onTyped,
  hasSecrets = false,
}: FormProps & {
  /** The template lets trade secrets be shown by itself. */
  readonly hasSecrets?: boolean
}) {
  const say = useWords(texts)
  return (
    <Stack gap="sm">
      <NativeSelect
        label={say('language')}
        value={typed.language}
        data={(['nl', 'en'] as const).map((value) => ({ value, label: say(value) }))}
        onChange={(event) => onTyped({ language: event.currentTarget.value === 'en' ? 'en' : 'nl' })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={say('starts_on')}
          type="date"
          value={typed.starts_on}
          required
          onChange={(event) => onTyped({ starts_on: event.currentTarget.value })}
        />
        <TextInput
          label={say('ends_on')}
          description={say('ends_help')}
          inputWrapperOrder={['label', 'input', 'description']}
          type="date"
          min={typed.starts_on}
          value={typed.ends_on}
          onChange={(event) => onTyped({ ends_on: event.currentTarget.value })}
        />
      </SimpleGrid>
      <DurationInput
        label={say('notice')}
        value={typed.notice}
        required
        onChange={(notice) => onTyped({ notice })}
      />
      {typed.ends_on !== '' && (
        <DurationInput
          label={say('renewal')}
          description={say('renewal_help')}
          value={typed.renewal}
          onChange={(renewal) => onTyped({ renewal })}
        />
      )}
      <Checkbox
        label={say('trade_secrets')}
        checked={hasSecrets || typed.trade_secrets}
        disabled={hasSecrets}
        onChange={(event) => onTyped({ trade_secrets: event.currentTarget.checked })}
      />
      <Textarea
        label={say('why')}
        value={typed.why}
        maxLength={1000}
        autosize
        onChange={(event) => onTyped({ why: event.currentTarget.value })}
      />
    </Stack>
  )
}
