import {
  Alert,
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Paper,
  Radio,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Input, Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { ClaimChoice, companyClaims, personClaims } from '../../ui/claim-choice'
import { Confirm } from '../../ui/confirm'
import { DurationInput, useDurations } from '../../ui/duration-input'
import { TextLink } from '../../ui/link'
import { Empty, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { useNames } from '../../words/names'
import { partnerWords } from '../../words/partners'
import { useTerms } from '../../words/purposes'
import { standingWords } from '../../words/standing'
import { useFormats, useWords, words } from '../../words/words'
import { type Whose, WhoseChoice } from './whose'

const texts = words({
  nl: {
    title: 'Vooraf ja',
    lead: 'Voor wie en waarvoor u altijd ja zegt. Wat precies past, hoeft u niet meer te lezen; al het andere blijft op u wachten.',
    none: 'U zegt nergens vooraf ja op. Elk verzoek komt bij u langs.',
    list: 'Waarop u vooraf ja zegt',
    apply: 'Alles delen wat past en wacht',
    applied:
      '{n, plural, =0 {Er wachtte niets dat past.} one {# verzoek beantwoord: gedeeld.} other {# verzoeken beantwoord: gedeeld.}}',
    left: 'Deze verzoeken pasten, maar konden niet zo worden beantwoord. Kijk er zelf naar.',
    left_one: 'Verzoek {n, number} bekijken',
    role_is: 'elke partner die voor u dit is: {role}',
    basis_is: 'alleen op grond van: {basis}',
    since: 'sinds {day}',
    add: 'Vooraf ja zeggen',
    to: 'Tegen wie?',
    to_partner: 'Eén partner',
    to_role: 'Iedereen die voor ons iets is',
    partner: 'Naam, KVK-nummer of DID van de partner',
    role: 'Wat is die partner voor u?',
    choose: 'kies',
    basis: 'Alleen op deze grondslag',
    basis_help: 'Waar toestemming of een vitaal belang de grond is, beslist u altijd zelf.',
    any_basis: 'elke grondslag waarbij het mag',
    say_yes: 'Vooraf ja zeggen',
    done: 'Voortaan zegt u hierop vooraf ja.',
    remove: 'Van de lijst halen',
    remove_title: '“{what}” van de lijst halen?',
    remove_text: 'Nieuwe verzoeken wachten daarna weer op u.',
    end_grants: 'Trek ook in wat hierdoor is gedeeld',
    removed:
      'Van de lijst. {n, plural, =0 {Er stond niets meer open.} one {# machtiging blijft open; u trekt die in bij Toestemmingen.} other {# machtigingen blijven open; u trekt die in bij Toestemmingen.}}',
    ended:
      'Van de lijst, en {n, plural, =0 {er stond niets open} one {# machtiging ingetrokken} other {# machtigingen ingetrokken}}.',
  },
  en: {
    title: 'Yes beforehand',
    lead: 'To whom and for what you always say yes. What fits exactly you need not read any more; all else keeps waiting for you.',
    none: 'You say yes to nothing beforehand. Each request comes by you.',
    list: 'What you say yes to beforehand',
    apply: 'Share all that fits and waits',
    applied:
      '{n, plural, =0 {Nothing that fits was waiting.} one {# request answered: shared.} other {# requests answered: shared.}}',
    left: 'These requests fitted, but could not be answered so. Look at them yourself.',
    left_one: 'Look at request {n, number}',
    role_is: 'each partner that is this to you: {role}',
    basis_is: 'only on the basis of: {basis}',
    since: 'since {day}',
    add: 'Say yes beforehand',
    to: 'To whom?',
    to_partner: 'One partner',
    to_role: 'Everybody who is something to us',
    partner: 'Name, KVK number or DID of the partner',
    role: 'What is that partner to you?',
    choose: 'choose',
    basis: 'Only on this legal basis',
    basis_help: 'Where consent or a vital interest is the basis, you always decide yourself.',
    any_basis: 'each legal basis that allows it',
    say_yes: 'Say yes beforehand',
    done: 'From now on you say yes to this beforehand.',
    remove: 'Take off the list',
    remove_title: 'Take “{what}” off the list?',
    remove_text: 'New requests wait for you again after that.',
    end_grants: 'Also take back what was shared by it',
    removed:
      'Off the list. {n, plural, =0 {Nothing was open still.} one {# grant stays open; you take it back under Grants.} other {# grants stay open; you take them back under Grants.}}',
    ended:
      'Off the list, and {n, plural, =0 {nothing was open} one {# grant taken back} other {# grants taken back}}.',
  },
})

type Entry = Output<'approvals.list'>['items'][number]
type Role = NonNullable<Input<'approvals.add'>['role']>
const roles = [
  'customer',
  'supplier',
  'employee',
  'substitute',
  'freelancer',
  'volunteer',
  'intermediary',
] as const satisfies readonly Role[]
const isRole = (role: string | null): role is Role => roles.some((one) => one === role)
const touched = ['approvals.', 'access.']

/** What she says yes to beforehand: the list, all of it that waits, and a new entry. */
export default function StandingPage() {
  const say = useWords(texts)
  const list = useRead('approvals.list', {})
  const [removing, setRemoving] = useState<Entry | null>(null)
  const items = list.data?.items ?? []
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Section title={say('list')}>
        <Loaded of={list}>
          {items.length === 0 && <Empty>{say('none')}</Empty>}
          {items.map((entry) => (
            <EntryCard key={entry.id} entry={entry} onRemove={() => setRemoving(entry)} />
          ))}
          {items.length > 0 && <Apply />}
        </Loaded>
      </Section>
      <Add />
      {removing && <Remove entry={removing} onClose={() => setRemoving(null)} />}
    </Page>
  )
}

/** To whom an entry says yes. */
function useToWhom() {
  const say = useWords(texts)
  const sayRole = useWords(partnerWords)
  return ({ partner, partner_name, role }: Entry): string =>
    isRole(role) ? say('role_is', { role: sayRole(role) }) : (partner_name ?? partner ?? '')
}

function EntryCard({ entry, onRemove }: { readonly entry: Entry; readonly onRemove: () => void }) {
  const say = useWords(texts)
  const sayRule = useWords(standingWords)
  const { claim } = useNames()
  const { purposes, basis } = useTerms()
  const { day } = useFormats()
  const inWords = useDurations()
  const toWhom = useToWhom()(entry)
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <Stack gap={2} flex="1 1 14rem">
          <Text fw={600} className="breakable">
            {purposes([entry.purpose])}
          </Text>
          <Text size="sm" className="breakable">
            {toWhom}
          </Text>
          <Text size="sm" className="breakable">
            {entry.claims === null
              ? sayRule('all_claims')
              : entry.claims.map((one) => claim(one).what).join(', ')}
          </Text>
          <Text size="sm" c="dimmed" className="breakable">
            {[
              sayRule(entry.for),
              sayRule('at_most', { length: inWords(entry.length) }),
              ...(entry.basis === null ? [] : [say('basis_is', { basis: basis(entry.basis) })]),
              say('since', { day: day(entry.added_at) }),
            ].join(' · ')}
          </Text>
        </Stack>
        <Button
          variant="default"
          size="xs"
          aria-label={`${say('remove')}: ${purposes([entry.purpose])}, ${toWhom}`}
          onClick={onRemove}
        >
          {say('remove')}
        </Button>
      </Group>
    </Paper>
  )
}

function Apply() {
  const say = useWords(texts)
  const apply = useChange('approvals.apply', touched)
  const { data } = apply
  return (
    <Stack gap="sm" align="flex-start">
      <Button className="wraps" loading={apply.isPending} onClick={() => apply.mutate({})}>
        {say('apply')}
      </Button>
      {apply.error && <Failure error={apply.error} />}
      {data && (
        <Alert variant="light" role="status" w="100%">
          <Text size="sm">{say('applied', { n: data.granted.length })}</Text>
          {data.left.length > 0 && <Text size="sm">{say('left')}</Text>}
          {data.left.map(({ request }, at) => (
            <TextLink key={request} to="/requests/$id" params={{ id: request }} display="block" py={4}>
              {say('left_one', { n: at + 1 })}
            </TextLink>
          ))}
        </Alert>
      )}
    </Stack>
  )
}

function Remove({ entry, onClose }: { readonly entry: Entry; readonly onClose: () => void }) {
  const say = useWords(texts)
  const tell = useTell()
  const { purposes } = useTerms()
  const toWhom = useToWhom()(entry)
  const remove = useChange('approvals.remove', touched)
  const [isEnding, setEnding] = useState(false)
  return (
    <Confirm
      title={say('remove_title', { what: `${purposes([entry.purpose])}, ${toWhom}` })}
      text={say('remove_text')}
      sure={say('remove')}
      isHarmless={!isEnding}
      error={remove.error}
      busy={remove.isPending}
      onClose={onClose}
      onSure={() =>
        remove.mutate(
          { id: entry.id, end_grants: isEnding },
          {
            onSuccess: ({ still_open, ended }) => {
              onClose()
              tell({
                text: isEnding ? say('ended', { n: ended.length }) : say('removed', { n: still_open.length }),
              })
            },
          },
        )
      }
    >
      <Checkbox
        label={say('end_grants')}
        checked={isEnding}
        onChange={(event) => setEnding(event.currentTarget.checked)}
      />
    </Confirm>
  )
}

const nothing = {
  whose: 'me' as Whose,
  purpose: '',
  to: 'partner' as 'partner' | 'role',
  partner: '',
  role: '',
  basis: '',
  claims: [] as string[],
  length: 'P1Y',
}

function Add() {
  const say = useWords(texts)
  const sayRule = useWords(standingWords)
  const sayRole = useWords(partnerWords)
  const { purposeChoices, basisChoices } = useTerms()
  const tell = useTell()
  const add = useChange('approvals.add', touched)
  const [typed, setTyped, forget] = useTyped('standing yes', nothing)
  const { whose, purpose, to, partner, role, basis, claims, length } = typed
  const isComplete =
    purpose !== '' && /\d/.test(length) && (to === 'partner' ? partner.trim() !== '' : isRole(role))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate(
      {
        for: whose,
        purpose,
        length,
        ...(to === 'partner' ? { partner: partner.trim() } : isRole(role) && { role }),
        ...(basis !== '' && { basis }),
        ...(claims.length > 0 && { claims }),
      },
      {
        onSuccess: () => {
          setTyped(nothing)
          forget()
          tell({ text: say('done') })
        },
      },
    )
  }
  return (
    <Section title={say('add')}>
      <Paper withBorder p="md" radius="md" component="form" onSubmit={submit}>
        <Stack gap="md">
          <WhoseChoice value={whose} onChange={(chosen) => setTyped({ whose: chosen, claims: [] })} />
          <NativeSelect
            label={sayRule('purpose')}
            value={purpose}
            required
            maw={420}
            data={[{ value: '', label: say('choose') }, ...purposeChoices]}
            onChange={(event) => setTyped({ purpose: event.currentTarget.value })}
          />
          <Radio.Group
            label={say('to')}
            value={to}
            onChange={(chosen) => setTyped({ to: chosen as typeof to })}
          >
            <Stack gap="xs" mt={4}>
              <Radio value="partner" label={say('to_partner')} />
              <Radio value="role" label={say('to_role')} />
            </Stack>
          </Radio.Group>
          {to === 'partner' ? (
            <TextInput
              label={say('partner')}
              value={partner}
              required
              maxLength={300}
              maw={420}
              onChange={(event) => setTyped({ partner: event.currentTarget.value })}
            />
          ) : (
            <NativeSelect
              label={say('role')}
              value={role}
              required
              maw={420}
              data={[
                { value: '', label: say('choose') },
                ...roles.map((value) => ({ value, label: sayRole(value) })),
              ]}
              onChange={(event) => setTyped({ role: event.currentTarget.value })}
            />
          )}
          <NativeSelect
            label={say('basis')}
            description={say('basis_help')}
            value={basis}
            maw={420}
            data={[{ value: '', label: say('any_basis') }, ...basisChoices]}
            onChange={(event) => setTyped({ basis: event.currentTarget.value })}
          />
          <div>
            <ClaimChoice
              label={sayRule('claims')}
              all={whose === 'me' ? personClaims : companyClaims}
              chosen={claims}
              onChoose={(chosen) => setTyped({ claims: chosen })}
            />
            <Text size="sm" c="dimmed" mt="xs">
              {sayRule('claims_none')}
            </Text>
          </div>
          <DurationInput
            label={sayRule('length')}
            value={length}
            required
            onChange={(iso) => setTyped({ length: iso })}
          />
          {add.error && <Failure error={add.error} />}
          <Group>
            <Button type="submit" className="wraps" loading={add.isPending} disabled={!isComplete}>
              {say('say_yes')}
            </Button>
          </Group>
        </Stack>
      </Paper>
    </Section>
  )
}
