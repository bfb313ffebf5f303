import { Button, Group, NativeSelect, Paper, SegmentedControl, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useChange, useRead } from '../../api/hooks'
import { Empty, Failure, Loaded, Page, Section } from '../../ui/page'
import { PartnerInput, usePartners } from '../../ui/partner-input'
import { PlainMarkdown } from '../../ui/text'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { hasRole, useWho } from '../../who'
import { useLanguage, useWords, words } from '../../words/words'
import { type FieldValues, TemplateFields, useFilled } from './template-fields'
import { emptyTerms, OwnText, ownTextOf, TermFields, type TypedTerms, termOf } from './terms-form'

const texts = words({
  nl: {
    title: 'Een overeenkomst beginnen',
    lead: 'U legt een tekst voor aan een partner. Die bekijkt haar; daarna keuren beide bedrijven haar goed en ondertekenen.',
    text: 'De tekst',
    source: 'Waar de tekst vandaan komt',
    template: 'Een contractmodel',
    own: 'Een eigen tekst',
    which: 'Welk contractmodel',
    choose: 'Kies een contractmodel',
    library: 'Uit uw bibliotheek',
    portfolio: 'Uit het contractportfolio van MYOBI',
    take: 'Overnemen in uw bibliotheek',
    take_what: 'Dit contractmodel staat in het portfolio van MYOBI. Neem het over om het te gebruiken.',
    none: 'Er is nog geen contractmodel. Schrijf een eigen tekst, of neem er een over.',
    preview: 'Zo komt de tekst eruit te zien',
    terms: 'Looptijd',
    send: 'Aan de partner voorleggen',
    sent: 'Voorgelegd aan {name}.',
    not_author: 'Een contractauteur kan een overeenkomst beginnen.',
  },
  en: {
    title: 'Begin an agreement',
    lead: 'You put a text to a partner. They look at it; then both companies approve it and sign.',
    text: 'The text',
    source: 'Where the text comes from',
    template: 'A template',
    own: 'Your own text',
    which: 'Which template',
    choose: 'Choose a template',
    library: 'From your library',
    portfolio: 'From the contract portfolio of MYOBI',
    take: 'Take it over into your library',
    take_what: 'This template is in the portfolio of MYOBI. Take it over to use it.',
    none: 'There is no template yet. Write your own text, or take one over.',
    preview: 'This is how the text will read',
    terms: 'Term',
    send: 'Put it to the partner',
    sent: 'Put to {name}.',
    not_author: 'A contract author can begin an agreement.',
  },
})

interface Typed extends TypedTerms {
  partner: string
  source: 'template' | 'own'
  /** `id/version` of the library, or `id` of the portfolio. */
  template: string
  fields: FieldValues
}

export default function NewAgreement() {
  const say = useWords(texts)
  const who = useWho()
  return (
    <Page title={say('title')} lead={say('lead')}>
      {hasRole(who, 'contract_author') ? <Form /> : <Empty>{say('not_author')}</Empty>}
    </Page>
  )
}

function Form() {
  const say = useWords(texts)
  const { language } = useLanguage()
  const navigate = useNavigate()
  const tell = useTell()
  const search = useSearch({ from: '/inside/agreements/new' })
  const [typed, set, forget] = useTyped<Typed>(`agreement ${search.template ?? ''}`, {
    ...{ ...emptyTerms, language, partner: '', source: 'template', fields: {} },
    template: search.template ?? '',
  })
  const begin = useChange('agreements.begin', ['agreements.'])
  const partnerOf = usePartners(typed.partner)
  const isOwn = typed.source === 'own'
  const [id = '', version] = typed.template.split('/')
  const chosen = useRead('contracts.show', { id, version: Number(version) }, !isOwn && version !== undefined)
  const template = isOwn ? undefined : chosen.data?.content
  const isReady = isOwn || template !== undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    const asked = new Set(template?.fields.map(({ name }) => name))
    const text = isOwn
      ? ownTextOf(typed)
      : {
          ...termOf(typed),
          template: typed.template,
          fields: Object.fromEntries(Object.entries(typed.fields).filter(([name]) => asked.has(name))),
        }
    begin.mutate(
      { partner: partnerOf.reference, ...text },
      {
        onSuccess: (made) => {
          forget()
          tell({ text: say('sent', { name: made.partner.name }) })
          navigate({ to: '/agreements/$id', params: { id: made.id } })
        },
      },
    )
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <PartnerInput value={typed.partner} of={partnerOf} onChange={(partner) => set({ partner })} />
        <Section title={say('text')}>
          <SegmentedControl
            aria-label={say('source')}
            value={typed.source}
            onChange={(value) => set({ source: value === 'own' ? 'own' : 'template' })}
            data={(['template', 'own'] as const).map((value) => ({ value, label: say(value) }))}
          />
          {isOwn ? (
            <OwnText typed={typed} onTyped={set} />
          ) : (
            <>
              <TemplateChoice value={typed.template} onChoose={(template) => set({ template })} />
              {version !== undefined && (
                <Loaded of={chosen}>
                  {template && (
                    <TemplateFields
                      fields={template.fields}
                      values={typed.fields}
                      onValues={(fields) => set({ fields })}
                      error={begin.error}
                    />
                  )}
                </Loaded>
              )}
            </>
          )}
        </Section>
        {isReady && (
          <Section title={say('terms')}>
            <TermFields typed={typed} onTyped={set} hasSecrets={template?.trade_secrets ?? false} />
          </Section>
        )}
        <Preview typed={typed} template={template} />
        {begin.error && <Failure error={begin.error} />}
        <Group>
          <Button type="submit" disabled={!isReady} loading={begin.isPending}>
            {say('send')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Preview({
  typed,
  template,
}: {
  readonly typed: Typed
  readonly template: Parameters<ReturnType<typeof useFilled>>[0] | undefined
}) {
  const say = useWords(texts)
  const filled = useFilled()
  const text = template ? filled(template, typed.language, typed.fields) : typed.body
  if (text === '' || (typed.source === 'template' && !template)) return null
  return (
    <Section title={say('preview')}>
      <Paper withBorder p="lg" radius="md">
        <PlainMarkdown text={text} top={3} />
      </Paper>
    </Section>
  )
}

function TemplateChoice({
  value,
  onChoose,
}: {
  readonly value: string
  readonly onChoose: (template: string) => void
}) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const library = useRead('contracts.list', {})
  const portfolio = useRead('contracts.portfolio', {})
  const take = useChange('contracts.take', ['contracts.'])
  const [wanted, want] = useState('')
  const published = (library.data?.items ?? []).filter(({ state }) => state === 'published')
  const ours = published.filter(({ id }, at) => published[at - 1]?.id !== id)
  const theirs = (portfolio.data?.items ?? []).filter(
    (offered) => !published.some(({ id, version }) => id === offered.id && version >= offered.version),
  )
  const options = [
    { value: '', label: say('choose') },
    ...(ours.length > 0
      ? [
          {
            group: say('library'),
            items: ours.map((one) => ({ value: `${one.id}/${one.version}`, label: one.title[language] })),
          },
        ]
      : []),
    ...(theirs.length > 0
      ? [
          {
            group: say('portfolio'),
            items: theirs.map((one) => ({ value: one.id, label: one.title[language] })),
          },
        ]
      : []),
  ]
  return (
    <Loaded of={library}>
      {portfolio.error !== null && <Failure error={portfolio.error} onRetry={() => portfolio.refetch()} />}
      {ours.length + theirs.length === 0 && !portfolio.isPending ? (
        <Empty>{say('none')}</Empty>
      ) : (
        <NativeSelect
          label={say('which')}
          value={wanted || value}
          required
          maw={480}
          data={options}
          onChange={(event) => {
            const chosen = event.currentTarget.value
            const isOffered = chosen !== '' && !chosen.includes('/')
            want(isOffered ? chosen : '')
            onChoose(isOffered ? '' : chosen)
          }}
        />
      )}
      {wanted !== '' && (
        <Stack gap="xs" align="flex-start">
          <Text size="sm">{say('take_what')}</Text>
          {take.error && <Failure error={take.error} />}
          <Button
            variant="light"
            loading={take.isPending}
            onClick={() =>
              take.mutate(
                { id: wanted },
                {
                  onSuccess: ({ id, version }) => {
                    want('')
                    onChoose(`${id}/${version}`)
                  },
                },
              )
            }
          >
            {say('take')}
          </Button>
        </Stack>
      )}
    </Loaded>
  )
}
