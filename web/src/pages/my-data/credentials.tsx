import { Alert, Badge, Button, Group, List, Paper, Radio, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type Item, useChange, useList, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Failure, Loaded, More, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { common } from '../../words/common'
import { useNames } from '../../words/names'
import { useFormats, useLanguage, useWords, words } from '../../words/words'
import { LinkOrPhoto } from './link-or-photo'

const texts = words({
  nl: {
    title: 'Bewijzen',
    lead: 'Wat anderen over u of het bedrijf verklaarden, en of dat nog geldt. U laat ze zien aan wie u wilt.',
    add: 'Een bewijs ophalen',
    add_text:
      'U kreeg een link of QR-code van wie het bewijs geeft. Plak de link, of kies een foto van de code.',
    for: 'Voor wie is het?',
    me: 'voor mij',
    organisation: 'voor het bedrijf',
    look: 'Bekijken',
    waiting: 'Wacht op u',
    earlier: 'Eerder aangeboden',
    offered: '{issuer} biedt u aan: {what}',
    called: 'Noemt zichzelf “{name}”; dat heeft niemand nagekeken.',
    trusted: 'bekend in het netwerk',
    untrusted: 'onbekend',
    code: 'Code die u van de uitgever kreeg',
    accept: 'Aannemen',
    decline: 'Niet aannemen',
    accepted: 'Het bewijs is van u.',
    on_its_way: 'De uitgever is ermee bezig.',
    declined: 'Niet aangenomen.',
    mine: 'Van mij',
    companys: 'Van het bedrijf',
    none: 'U hebt nog geen bewijzen.',
    by: 'Van {name}',
    by_self: 'Door uzelf verklaard',
    since: 'sinds {day}',
    until: 'tot en met {day}',
    valid: 'geldig',
    suspended: 'geschorst',
    ended: 'vervallen',
    unknown: 'nu niet na te gaan',
    remove: 'Wegdoen',
    remove_title: '{name} wegdoen?',
    remove_text: 'U laat het niet meer zien, en wie het gaf hoort dat. Het kan niet ongedaan worden gemaakt.',
    removed: 'Weggedaan.',
    authorizing: 'wacht op de uitgever',
    redeeming: 'wordt opgehaald',
    deferred: 'wordt gemaakt',
    received: 'ontvangen',
    failed: 'mislukt',
    expired: 'verlopen',
  },
  en: {
    title: 'Credentials',
    lead: 'What others stated about you or the company, and whether it still holds. You show them to whom you like.',
    add: 'Fetch a credential',
    add_text:
      'Whoever gives the credential gave you a link or QR code. Paste the link, or choose a photo of the code.',
    for: 'Whom is it for?',
    me: 'for me',
    organisation: 'for the company',
    look: 'Look at it',
    waiting: 'Waits for you',
    earlier: 'Offered before',
    offered: '{issuer} offers you: {what}',
    called: 'Calls itself “{name}”; nobody checked that.',
    trusted: 'known in the network',
    untrusted: 'unknown',
    code: 'Code that the issuer gave you',
    accept: 'Take it',
    decline: 'Leave it',
    accepted: 'The credential is yours.',
    on_its_way: 'The issuer is working on it.',
    declined: 'Not taken.',
    mine: 'Of mine',
    companys: 'Of the company',
    none: 'You have no credentials yet.',
    by: 'From {name}',
    by_self: 'Stated by yourself',
    since: 'since {day}',
    until: 'until {day}',
    valid: 'valid',
    suspended: 'suspended',
    ended: 'ended',
    unknown: 'not to be checked now',
    remove: 'Set aside',
    remove_title: 'Set {name} aside?',
    remove_text: 'You show it no more, and whoever gave it hears so. It cannot be undone.',
    removed: 'Set aside.',
    authorizing: 'waits for the issuer',
    redeeming: 'being fetched',
    deferred: 'being made',
    received: 'received',
    failed: 'failed',
    expired: 'expired',
  },
})

type Offer = Item<'wallet.offers.list'>
const touched = ['wallet.']
const colours = { valid: 'regie', suspended: 'orange', ended: 'gray', unknown: 'gray' } as const

/** What is stated about her and the company: by whom, until when, and what is offered. */
export default function CredentialsPage() {
  const say = useWords(texts)
  const { code } = useNames()
  const { day } = useFormats()
  const { language } = useLanguage()
  const tell = useTell()
  const held = useRead('wallet.list', {})
  const offers = useList('wallet.offers.list', {})
  const remove = useChange('wallet.remove', touched)
  const [removing, setRemoving] = useState<{ id: string; name: string } | null>(null)
  const waiting = offers.items?.filter(({ state }) => state === 'waiting') ?? []
  const earlier = offers.items?.filter(({ state }) => state !== 'waiting') ?? []
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Add />
      {waiting.length > 0 && (
        <Section title={say('waiting')}>
          {waiting.map((offer) => (
            <Waiting key={offer.id} offer={offer} />
          ))}
        </Section>
      )}
      <Loaded of={held}>
        {held.data?.items.length === 0 && <Empty>{say('none')}</Empty>}
        {(['me', 'organisation'] as const).map((whose) => {
          const items = held.data?.items.filter((one) => one.for === whose) ?? []
          if (items.length === 0) return null
          return (
            <Section key={whose} title={say(whose === 'me' ? 'mine' : 'companys')}>
              {items.map(
                ({ id, title, type, issuer, claims, issued_at, expires_at, standing, removable }) => {
                  const name = title?.[language] ?? code(type)
                  return (
                    <Paper key={id} withBorder p="md" radius="md">
                      <Group justify="space-between" align="flex-start" wrap="wrap">
                        <Stack gap={4} flex="1 1 14rem">
                          <Group gap="xs">
                            <Text fw={600} className="breakable">
                              {name}
                            </Text>
                            <Badge variant="light" color={colours[standing]}>
                              {say(standing)}
                            </Badge>
                          </Group>
                          <Text size="sm" c="dimmed" className="breakable">
                            {[
                              issuer.is_holder
                                ? say('by_self')
                                : say('by', { name: issuer.name ?? issuer.id }),
                              say('since', { day: day(issued_at) }),
                              ...(expires_at === null ? [] : [say('until', { day: day(expires_at) })]),
                            ].join(' · ')}
                          </Text>
                          <List size="sm" spacing={2}>
                            {claims.map((claim) => (
                              <List.Item key={claim.name}>
                                {claim.title?.[language] ?? code(claim.name)}
                              </List.Item>
                            ))}
                          </List>
                        </Stack>
                        {removable && (
                          <Button
                            variant="default"
                            aria-label={`${say('remove')}: ${name}`}
                            onClick={() => setRemoving({ id, name })}
                          >
                            {say('remove')}
                          </Button>
                        )}
                      </Group>
                    </Paper>
                  )
                },
              )}
            </Section>
          )
        })}
      </Loaded>
      {earlier.length > 0 && (
        <Section title={say('earlier')}>
          {earlier.map(({ id, issuer, state, reason, created_at }) => (
            <Paper key={id} withBorder p="sm" radius="md">
              <Group justify="space-between" wrap="wrap">
                <Text size="sm" className="breakable">
                  {issuer.url} · {day(created_at)}
                </Text>
                <Badge variant="light" color="gray">
                  {say(state)}
                </Badge>
              </Group>
              {reason !== null && (
                <Text size="sm" c="dimmed">
                  {code(reason)}
                </Text>
              )}
            </Paper>
          ))}
          <More list={offers} />
        </Section>
      )}
      {removing && (
        <Confirm
          title={say('remove_title', removing)}
          text={say('remove_text')}
          sure={say('remove')}
          error={remove.error}
          busy={remove.isPending}
          onClose={() => setRemoving(null)}
          onSure={() =>
            remove.mutate(
              { id: removing.id },
              {
                onSuccess: () => {
                  setRemoving(null)
                  tell({ text: say('removed') })
                },
              },
            )
          }
        />
      )}
    </Page>
  )
}

/** An offer of any issuer, by its link or a picture of its code. Nothing is sent to the issuer's liking but asking what it offers. */
function Add() {
  const say = useWords(texts)
  const who = useWho()
  const tell = useTell()
  const add = useChange('wallet.offers.add', touched)
  const [link, setLink] = useState('')
  const [whose, setWhose] = useState<'me' | 'organisation'>('me')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate(
      { link: link.trim(), for: whose },
      {
        onSuccess: ({ state }) => {
          setLink('')
          if (state !== 'waiting') tell({ text: say(state === 'received' ? 'accepted' : 'on_its_way') })
        },
      },
    )
  }
  return (
    <Section title={say('add')}>
      <Paper withBorder p="md" radius="md" component="form" onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{say('add_text')}</Text>
          <LinkOrPhoto link={link} onLink={setLink} />
          {hasRole(who, 'administrator') && (
            <Radio.Group
              label={say('for')}
              value={whose}
              onChange={(value) => setWhose(value as typeof whose)}
            >
              <Group mt={4}>
                <Radio value="me" label={say('me')} />
                <Radio value="organisation" label={say('organisation')} />
              </Group>
            </Radio.Group>
          )}
          {add.error && <Failure error={add.error} />}
          <Group>
            <Button type="submit" loading={add.isPending} disabled={link.trim() === ''}>
              {say('look')}
            </Button>
          </Group>
        </Stack>
      </Paper>
    </Section>
  )
}

function Waiting({ offer }: { readonly offer: Offer }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const { code } = useNames()
  const tell = useTell()
  const accept = useChange('wallet.offers.accept', touched)
  const decline = useChange('wallet.offers.decline', touched)
  const [typed, setTyped] = useState('')
  const { id, issuer, offers, tx_code: txCode } = offer
  const what = offers.map(({ name, type, id }) => name ?? (type === null ? id : code(type))).join(', ')
  return (
    <Alert
      color="regie"
      title={say('offered', { issuer: issuer.url, what: what === '' ? shared('none') : what })}
      className="breakable"
    >
      <Stack gap="sm">
        <Group gap="xs">
          <Badge variant="light" color={issuer.trusted ? 'regie' : 'gray'}>
            {say(issuer.trusted ? 'trusted' : 'untrusted')}
          </Badge>
          {issuer.says_its_name_is !== null && (
            <Text size="sm">{say('called', { name: issuer.says_its_name_is })}</Text>
          )}
        </Group>
        {txCode && (
          <TextInput
            label={say('code')}
            description={txCode.description ?? undefined}
            value={typed}
            inputMode={txCode.input_mode === 'numeric' ? 'numeric' : 'text'}
            autoComplete="one-time-code"
            maxLength={txCode.length ?? 100}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {(accept.error ?? decline.error) && <Failure error={accept.error ?? decline.error} />}
        <Group>
          <Button
            loading={accept.isPending}
            disabled={txCode !== null && typed === ''}
            onClick={() =>
              accept.mutate(
                { id, ...(txCode && { tx_code: typed }) },
                {
                  onSuccess: ({ state, link }) => {
                    // The issuer asks her something first, on a page of its own.
                    if (link) window.location.assign(link)
                    else tell({ text: say(state === 'received' ? 'accepted' : 'on_its_way') })
                  },
                },
              )
            }
          >
            {say('accept')}
          </Button>
          <Button
            variant="default"
            loading={decline.isPending}
            onClick={() => decline.mutate({ id }, { onSuccess: () => tell({ text: say('declined') }) })}
          >
            {say('decline')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
