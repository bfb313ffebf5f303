import { Button, Group, Paper, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Empty, Failure, Loaded, Page, Section } from '../../ui/page'
import { useLanguage, useWords, words } from '../../words/words'
import { Outcome } from './outcome'

const texts = words({
  nl: {
    title: 'Controleren',
    lead: 'Laat iemand iets bewijzen met een wallet. U ziet of het klopt, en niet meer dan u vroeg.',
    ask: 'Iemand iets vragen',
    what: 'Wat wilt u nagaan?',
    show_code: 'Code tonen',
    none: 'Op deze node is nog niets ingesteld dat u kunt vragen. Vraag uw beheerder om een vraag toe te voegen.',
    wrong: 'Dit is niet goed geschreven',
    paste: 'Een bewijs plakken',
    paste_text: 'Kreeg u een bewijs als tekst? Plak het hier. Er wordt niets van bewaard.',
    proof: 'Het bewijs, als tekst',
    check: 'Dit bewijs nagaan',
  },
  en: {
    title: 'Check',
    lead: 'Have somebody prove something with a wallet. You see whether it is right, and no more than you asked.',
    ask: 'Ask somebody',
    what: 'What do you want to check?',
    show_code: 'Show the code',
    none: 'Nothing that you can ask is set up on this node yet. Ask your administrator to add a question.',
    wrong: 'This is not written well',
    paste: 'Paste a proof',
    paste_text: 'Did you get a proof as text? Paste it here. Nothing of it is kept.',
    proof: 'The proof, as text',
    check: 'Check this proof',
  },
})

/** Asking somebody's wallet, whichever it is, or looking at a proof that came as text. */
export default function VerifyPage() {
  const say = useWords(texts)
  const presets = useRead('verifications.presets', {})
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Section title={say('ask')}>
        <Loaded of={presets}>
          {presets.data?.items.length === 0 && <Empty>{say('none')}</Empty>}
          {presets.data && presets.data.items.length > 0 && <Ask presets={presets.data.items} />}
        </Loaded>
      </Section>
      <Pasted />
    </Page>
  )
}

type Preset = Output<'verifications.presets'>['items'][number]

function Ask({ presets }: { readonly presets: readonly Preset[] }) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const client = useQueryClient()
  const navigate = useNavigate()
  const start = useChange('verifications.start', [])
  const [name, setName] = useState(presets[0]?.name ?? '')
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({})
  const preset = presets.find((one) => one.name === name)
  const filled = (preset?.parameters ?? []).flatMap((parameter) => {
    const value = typed[parameter.name]?.trim() ?? ''
    return value === '' ? [] : [{ ...parameter, value }]
  })
  const wrong = filled.filter(({ pattern, value }) => !new RegExp(pattern, 'u').test(value))
  const isComplete = (preset?.parameters ?? []).every(
    (one) => !one.required || filled.some(({ name }) => name === one.name),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    start.mutate(
      { preset: name, parameters: Object.fromEntries(filled.map(({ name, value }) => [name, value])) },
      {
        onSuccess: (started) => {
          // Only who started it has the code, and only until this page is read anew.
          client.setQueryData(['verification started', started.id], started)
          navigate({ to: '/verify/asked/$id', params: { id: started.id } })
        },
      },
    )
  }
  return (
    <Paper withBorder p="md" radius="md" component="form" onSubmit={submit}>
      <Stack gap="md">
        <Radio.Group label={say('what')} value={name} onChange={setName}>
          <Stack gap="sm" mt="xs">
            {presets.map((one) => (
              <Radio
                key={one.name}
                value={one.name}
                label={one.title[language]}
                description={one.purpose[language]}
              />
            ))}
          </Stack>
        </Radio.Group>
        {preset?.parameters.map((parameter) => (
          <TextInput
            key={parameter.name}
            label={parameter.label[language]}
            value={typed[parameter.name] ?? ''}
            required={parameter.required}
            maxLength={600}
            spellCheck={false}
            error={wrong.some((one) => one.name === parameter.name) ? say('wrong') : undefined}
            onChange={(event) => setTyped({ ...typed, [parameter.name]: event.currentTarget.value })}
          />
        ))}
        {start.error && <Failure error={start.error} />}
        <Group>
          <Button type="submit" loading={start.isPending} disabled={!isComplete || wrong.length > 0}>
            {say('show_code')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  )
}

function Pasted() {
  const say = useWords(texts)
  const check = useChange('verifications.create', [])
  const [proof, setProof] = useState('')
  const { data } = check
  const submit = (event: FormEvent) => {
    event.preventDefault()
    check.mutate({ presentation: proof.trim() })
  }
  return (
    <Section title={say('paste')}>
      <Paper withBorder p="md" radius="md" component="form" onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{say('paste_text')}</Text>
          <Textarea
            label={say('proof')}
            value={proof}
            autosize
            minRows={2}
            maxRows={8}
            spellCheck={false}
            onChange={(event) => setProof(event.currentTarget.value)}
          />
          {check.error && <Failure error={check.error} />}
          <Group>
            <Button type="submit" variant="default" loading={check.isPending} disabled={proof.trim() === ''}>
              {say('check')}
            </Button>
          </Group>
        </Stack>
      </Paper>
      {data && (
        <Outcome
          isProven={data.verified && data.trusted}
          checks={[]}
          credentials={[data]}
          top={3}
          mayBeCopy={!data.checks.some(({ check, ok }) => check === 'key_binding' && ok)}
        />
      )}
    </Section>
  )
}
