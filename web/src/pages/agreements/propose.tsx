import { Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { diffLines } from 'diff'
import { type FormEvent, useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { useDurations } from '../../ui/duration-input'
import { TextLink } from '../../ui/link'
import { Failure, Loaded, Page, Section } from '../../ui/page'
import { Changes } from '../../ui/text'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { common } from '../../words/common'
import { useFormats, useWords, words } from '../../words/words'
import { emptyTerms, OwnText, ownTextOf, TermFields, type TypedTerms } from './terms-form'

const texts = words({
  nl: {
    title: 'Een andere tekst voorstellen',
    lead: 'De beoordeling begint opnieuw: wat er over de vorige tekst is gezegd, telt niet voor deze.',
    look: 'Wijzigingen bekijken',
    back: 'Verder schrijven',
    changes: 'Dit verandert er',
    nothing: 'U hebt nog niets veranderd.',
    added: 'nieuw',
    removed: 'vervallen',
    send: 'Voorstellen aan {partner}',
    sent: 'Voorgesteld aan {partner}.',
    agreement: 'Naar de overeenkomst',
    terms: 'Looptijd',
    said_title: 'Titel: {value}',
    said_starts: 'Eerste dag: {value}',
    said_ends: 'Laatste dag: {value}',
    said_notice: 'Opzegtermijn: {value}',
    said_renewal: 'Verlenging: {value}',
    said_surviving: 'Blijft na afloop gelden: {value}',
    said_secrets: 'Bedrijfsgeheimen: {value}',
  },
  en: {
    title: 'Propose another text',
    lead: 'The review begins anew: what was said of the text before does not count for this one.',
    look: 'Look at the changes',
    back: 'Go on writing',
    changes: 'This changes',
    nothing: 'You did not change anything yet.',
    added: 'new',
    removed: 'dropped',
    send: 'Propose it to {partner}',
    sent: 'Proposed to {partner}.',
    agreement: 'To the agreement',
    terms: 'Term',
    said_title: 'Title: {value}',
    said_starts: 'First day: {value}',
    said_ends: 'Last day: {value}',
    said_notice: 'Notice: {value}',
    said_renewal: 'Renewal: {value}',
    said_surviving: 'Stays in force afterwards: {value}',
    said_secrets: 'Trade secrets: {value}',
  },
})

type Agreement = Output<'agreements.show'>

export default function ProposeText() {
  const say = useWords(texts)
  const { id } = useParams({ from: '/inside/agreements/$id/propose' })
  const agreement = useRead('agreements.show', { id })
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={
        <TextLink to="/agreements/$id" params={{ id }}>
          {say('agreement')}
        </TextLink>
      }
    >
      <Loaded of={agreement}>{agreement.data && <Form agreement={agreement.data} />}</Loaded>
    </Page>
  )
}

const typedOf = ({ terms }: Agreement): TypedTerms => ({
  ...{ ...emptyTerms, language: terms.language, title: terms.title, body: terms.body },
  ...{ surviving: terms.surviving.join('\n'), starts_on: terms.starts_on, ends_on: terms.ends_on ?? '' },
  ...{ notice: terms.notice, renewal: terms.renewal ?? '', trade_secrets: terms.trade_secrets },
})

function Form({ agreement }: { readonly agreement: Agreement }) {
  const say = useWords(texts)
  const navigate = useNavigate()
  const tell = useTell()
  const { id, version, partner } = agreement
  const before = typedOf(agreement)
  const [typed, set, forget] = useTyped(`agreement ${id} ${version}`, before)
  const propose = useChange('agreements.propose', ['agreements.', 'contracts.'])
  const [isLooking, look] = useState(false)
  const inWords = useAsText()
  const pieces = diffLines(inWords(before), inWords(typed)).map(({ added, removed, value }) => ({
    change: added ? ('added' as const) : removed ? ('removed' as const) : ('same' as const),
    text: value,
  }))
  const isChanged = pieces.some(({ change }) => change !== 'same')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    look(true)
  }
  const send = () =>
    propose.mutate(
      { id, version, ...ownTextOf(typed) },
      {
        onSuccess: () => {
          forget()
          tell({ text: say('sent', { partner: partner.name }) })
          navigate({ to: '/agreements/$id', params: { id } })
        },
      },
    )
  if (isLooking)
    return (
      <Section title={say('changes')}>
        {isChanged ? (
          <Paper withBorder p="lg" radius="md">
            <Changes pieces={pieces} added={say('added')} removed={say('removed')} />
          </Paper>
        ) : (
          <Text>{say('nothing')}</Text>
        )}
        {propose.error && <Failure error={propose.error} />}
        <Group>
          <Button variant="default" onClick={() => look(false)}>
            {say('back')}
          </Button>
          <Button disabled={!isChanged} loading={propose.isPending} onClick={send}>
            {say('send', { partner: partner.name })}
          </Button>
        </Group>
      </Section>
    )
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <OwnText typed={typed} onTyped={set} />
        <Section title={say('terms')}>
          <TermFields typed={typed} onTyped={set} />
        </Section>
        <Group>
          <Button type="submit">{say('look')}</Button>
        </Group>
      </Stack>
    </form>
  )
}

/** All that is agreed, a line each, as the node compares it. */
function useAsText() {
  const say = useWords(texts)
  const shared = useWords(common)
  const { day } = useFormats()
  const durations = useDurations()
  const none = shared('none')
  return (typed: TypedTerms): string => {
    const { title, body, surviving } = ownTextOf(typed)
    const lines = [
      say('said_title', { value: title }),
      say('said_starts', { value: typed.starts_on ? day(typed.starts_on) : none }),
      say('said_ends', { value: typed.ends_on ? day(typed.ends_on) : none }),
      say('said_notice', { value: durations(typed.notice) || none }),
      say('said_renewal', { value: durations(typed.renewal) || none }),
      say('said_surviving', { value: surviving.join(' · ') || none }),
      say('said_secrets', { value: shared(typed.trade_secrets ? 'yes' : 'no') }),
    ]
    return `${lines.join('\n')}\n\n${body}\n`
  }
}
