import { Alert, Badge, Button, Checkbox, Group, Paper, Radio, Stack, Text, Title } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { useClaimLabels, useClaimText } from '../../ui/claim-values'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Fact, Facts, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useChecks } from '../../words/checks'
import { presentationWords } from '../../words/presentations'
import { useTypeName } from '../../words/type-names'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: '{name} vraagt om een bewijs',
    back: 'Alles wat aan u is gevraagd',
    who: 'Wie vraagt het',
    standing: 'Bekend als',
    address: 'Adres',
    answer_to: 'Het antwoord gaat naar',
    until: 'Te beantwoorden tot',
    decided: 'Beantwoord op',
    unknown_text:
      'Niemand die wij vertrouwen zegt wie dit is. Toon alleen iets als u zelf zeker weet wie het vraagt.',
    suspended_text: 'Dit bedrijf is geschorst in het netwerk. Wees voorzichtig.',
    asked: 'Wat ziet {name} als u ja zegt',
    optional: 'Dit mag u weglaten',
    include: '{what} ook tonen',
    which: 'Welk bewijs toont u?',
    by: 'uitgegeven op {day}',
    issuer: 'Verklaard door',
    issued: 'Uitgegeven op',
    not_asked: 'niet gevraagd, maar hoort erbij',
    more: 'Dit bewijs kan alleen in zijn geheel worden getoond, met meer dan er wordt gevraagd.',
    unknown_verifier: 'Een regel van uw bedrijf staat niet toe dit te tonen aan wie onbekend is.',
    unknown_verifier_data_class:
      'Een regel van uw bedrijf staat niet toe dit soort gegevens te tonen aan wie onbekend is.',
    missing: 'U hebt dit nog niet.',
    from_trust_anchor: 'U krijgt het van {name}, bij de inschrijving.',
    from_yourself: 'U geeft het zelf op, bij Gegevens.',
    from_partner: 'Een partner geeft het: {name}.',
    from_unknown: 'Wij weten niet wie het geeft.',
    somebody: 'een ander',
    signs: 'U gaat hiermee ook akkoord',
    not_answerable: 'Met wat u hebt kunt u dit verzoek niet beantwoorden.',
    accept: 'Tonen',
    decline: 'Niet tonen',
    decline_title: 'Niets tonen aan {name}?',
    decline_text: '{name} hoort alleen dat u niets toont, en niet waarom. Voor dit verzoek staat dat vast.',
    shown: 'Getoond aan {name}. Bij Wie keek vindt u het terug.',
    declined: 'Niets getoond.',
    state_sent: '{name} heeft gekregen wat u toonde.',
    state_declined: 'U toonde niets.',
    state_sending: 'Uw antwoord is verstuurd. {name} heeft nog niet gezegd dat het aankwam.',
    state_failed: '{name} nam het niet aan: {why}.',
    again: 'Nog eens versturen',
    again_text: 'Misschien kwam het eerder wel aan. Dan krijgt {name} het twee keer.',
  },
  en: {
    title: '{name} asks for a proof',
    back: 'All that was asked of you',
    who: 'Who asks',
    standing: 'Known as',
    address: 'Address',
    answer_to: 'The answer goes to',
    until: 'To be answered until',
    decided: 'Answered on',
    unknown_text: 'Nobody we trust says who this is. Show something only if you are sure yourself who asks.',
    suspended_text: 'This company is suspended in the network. Be careful.',
    asked: 'What {name} sees if you say yes',
    optional: 'You may leave this out',
    include: 'Show {what} as well',
    which: 'Which proof do you show?',
    by: 'issued on {day}',
    issuer: 'Stated by',
    issued: 'Issued on',
    not_asked: 'not asked for, but part of it',
    more: 'This proof can be shown only whole, with more than is asked.',
    unknown_verifier: 'A rule of your company does not allow showing this to somebody unknown.',
    unknown_verifier_data_class:
      'A rule of your company does not allow showing this kind of data to somebody unknown.',
    missing: 'You do not have this yet.',
    from_trust_anchor: 'You get it from {name}, when you register.',
    from_yourself: 'You state it yourself, under Data.',
    from_partner: 'A partner gives it: {name}.',
    from_unknown: 'We do not know who gives it.',
    somebody: 'somebody else',
    signs: 'You also agree to this',
    not_answerable: 'With what you have you cannot answer this request.',
    accept: 'Show it',
    decline: 'Do not show',
    decline_title: 'Show nothing to {name}?',
    decline_text: '{name} hears only that you show nothing, and not why. For this request that is final.',
    shown: 'Shown to {name}. You find it again under Who looked.',
    declined: 'Nothing shown.',
    state_sent: '{name} got what you showed.',
    state_declined: 'You showed nothing.',
    state_sending: 'Your answer was sent. {name} has not said yet that it arrived.',
    state_failed: '{name} did not take it: {why}.',
    again: 'Send once more',
    again_text: 'It may have arrived before. {name} then gets it twice.',
  },
})

type Request = Output<'presentations.show'>
type Query = Request['queries'][number]
type Candidate = Query['candidates'][number]
/** Per question what is shown for it; null for nothing. */
type Choice = Readonly<Record<string, string | null>>

/** Whether it can be answered still; what may not have arrived is sent once more only where she says so. */
const isOpen = ({ state, queries }: Request): boolean =>
  state === 'pending' || ((state === 'failed' || state === 'sending') && queries.length > 0)

/** Who asks for a proof, what she would show, and her answer. */
export default function PresentationPage() {
  const say = useWords(texts)
  const { id } = useParams({ from: '/inside/data/presentations/$id' })
  const request = useRead('presentations.show', { id })
  const shown = request.data
  const name = shown ? (shown.verifier.name ?? shown.verifier.client_id) : '…'
  return (
    <Page
      title={say('title', { name })}
      actions={<TextLink to="/data/presentations">{say('back')}</TextLink>}
    >
      <Loaded of={request}>
        {shown && (
          <>
            <Asker request={shown} />
            <Outcome request={shown} name={name} />
            {isOpen(shown) && <Answer key={shown.id} request={shown} name={name} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Asker({ request }: { readonly request: Request }) {
  const say = useWords(texts)
  const sayWho = useWords(presentationWords)
  const { moment } = useFormats()
  const { verifier, answered_at, expires_at, decided_at } = request
  return (
    <Section title={say('who')}>
      {(verifier.standing === 'unknown' || verifier.standing === 'suspended') && (
        <Alert color="orange" variant="light">
          {say(`${verifier.standing}_text`)}
        </Alert>
      )}
      <Facts>
        <Fact name={say('standing')}>{sayWho(verifier.standing)}</Fact>
        <Fact name={say('address')}>{verifier.client_id}</Fact>
        {answered_at !== null && <Fact name={say('answer_to')}>{answered_at}</Fact>}
        {decided_at === null ? (
          <Fact name={say('until')}>{moment(expires_at)}</Fact>
        ) : (
          <Fact name={say('decided')}>{moment(decided_at)}</Fact>
        )}
      </Facts>
    </Section>
  )
}

const touched = ['presentations.', 'access.log']

function Answer({ request, name }: { readonly request: Request; readonly name: string }) {
  const say = useWords(texts)
  const tell = useTell()
  const accept = useChange('presentations.accept', touched)
  const decline = useChange('presentations.decline', touched)
  const [isDeclining, setDeclining] = useState(false)
  const [choice, setChoice] = useState<Choice>(() =>
    Object.fromEntries(
      request.queries.map(({ id, candidates }) => [id, candidates.find((one) => one.chosen)?.id ?? null]),
    ),
  )
  const chosen = Object.entries(choice).flatMap(([query, credential]) =>
    credential === null ? [] : [{ query, credential }],
  )
  const isAgain = request.state !== 'pending'
  const isComplete = request.queries.every(({ id, required }) => !required || (choice[id] ?? null) !== null)
  return (
    <>
      <Section title={say('asked', { name })}>
        {request.queries.map((query) => (
          <Question
            key={query.id}
            query={query}
            chosen={choice[query.id] ?? null}
            onChoose={(credential) => setChoice({ ...choice, [query.id]: credential })}
          />
        ))}
        {request.signs_for.length > 0 && (
          <Alert variant="light" title={say('signs')}>
            {request.signs_for.map((text) => (
              <Text key={text} size="sm" className="breakable">
                {text}
              </Text>
            ))}
          </Alert>
        )}
        {!request.answerable && (
          <Alert color="orange" variant="light">
            {say('not_answerable')}
          </Alert>
        )}
      </Section>
      {accept.error && <Failure error={accept.error} />}
      <Group>
        <Button
          loading={accept.isPending}
          disabled={!request.answerable || !isComplete || chosen.length === 0}
          onClick={() =>
            accept.mutate(
              {
                id: request.id,
                again: isAgain,
                queries: chosen.map(({ query }) => query),
                credentials: [...new Set(chosen.map(({ credential }) => credential))],
              },
              {
                onSuccess: ({ state, redirect_uri }) => {
                  if (state === 'sent') tell({ text: say('shown', { name }) })
                  // The verifier goes on with her, on a page of its own.
                  if (redirect_uri !== null) window.location.assign(redirect_uri)
                },
              },
            )
          }
        >
          {say(isAgain ? 'again' : 'accept')}
        </Button>
        {!isAgain && (
          <Button variant="default" onClick={() => setDeclining(true)}>
            {say('decline')}
          </Button>
        )}
      </Group>
      {isAgain && <Text size="sm">{say('again_text', { name })}</Text>}
      {isDeclining && (
        <Confirm
          title={say('decline_title', { name })}
          text={say('decline_text', { name })}
          sure={say('decline')}
          isHarmless
          error={decline.error}
          busy={decline.isPending}
          onClose={() => setDeclining(false)}
          onSure={() =>
            decline.mutate({ id: request.id }, { onSuccess: () => tell({ text: say('declined') }) })
          }
        />
      )}
    </>
  )
}

function Question({
  query,
  chosen,
  onChoose,
}: {
  readonly query: Query
  readonly chosen: string | null
  readonly onChoose: (credential: string | null) => void
}) {
  const say = useWords(texts)
  const { day } = useFormats()
  const inText = useClaimText()
  const what = useTypeName(query.types[0] ?? query.candidates[0]?.type ?? '')
  const { candidates, required } = query
  const allowed = candidates.filter((one) => one.forbidden_by === null)
  const shown = candidates.find(({ id }) => id === chosen) ?? (required ? candidates[0] : undefined)
  return (
    <Paper withBorder p="md" radius="md">
      <Stack gap="sm">
        <Group gap="xs">
          <Title order={3} size="h4" className="breakable">
            {what}
          </Title>
          {!required && (
            <Badge variant="light" color="gray">
              {say('optional')}
            </Badge>
          )}
        </Group>
        {query.missing.length > 0 && <Missing query={query} />}
        {candidates.length > 1 && (
          <Radio.Group label={say('which')} value={chosen ?? ''} onChange={onChoose}>
            <Stack gap="xs" mt={4}>
              {candidates.map((one) => (
                <Radio
                  key={one.id}
                  value={one.id}
                  disabled={one.forbidden_by !== null}
                  label={say('by', { day: day(one.issued_at) })}
                  description={
                    <span className="breakable">
                      {one.shows.map(({ value }) => inText(value)).join(' · ')}
                    </span>
                  }
                />
              ))}
            </Stack>
          </Radio.Group>
        )}
        {(!required || shown?.shows_more) && allowed[0] && (
          <Checkbox
            label={say('include', { what })}
            checked={chosen !== null}
            onChange={(event) => onChoose(event.currentTarget.checked ? (allowed[0]?.id ?? null) : null)}
          />
        )}
        {shown && <Seen candidate={shown} />}
      </Stack>
    </Paper>
  )
}

function Missing({ query }: { readonly query: Query }) {
  const say = useWords(texts)
  return (
    <Text size="sm">
      {say('missing')}{' '}
      {query.missing
        .map(({ from, name }) => say(`from_${from}`, { name: name ?? say('somebody') }))
        .join(' ')}
    </Text>
  )
}

/** All that the verifier would see of it. */
function Seen({ candidate }: { readonly candidate: Candidate }) {
  const say = useWords(texts)
  const labelOf = useClaimLabels(candidate.type)
  const value = useClaimText()
  const { day } = useFormats()
  const rule = candidate.forbidden_by
  return (
    <>
      {candidate.shows_more && (
        <Alert color="orange" variant="light">
          {say('more')}
        </Alert>
      )}
      {(rule === 'unknown_verifier' || rule === 'unknown_verifier_data_class') && (
        <Alert color="orange" variant="light">
          {say(rule)}
        </Alert>
      )}
      <Facts>
        {candidate.shows.map((one) => (
          <Fact key={one.claim} name={labelOf(pathIn(one.claim))}>
            {value(one.value)}
            {!one.asked && <span className="dimmed"> ({say('not_asked')})</span>}
          </Fact>
        ))}
        <Fact name={say('issuer')}>{candidate.issuer}</Fact>
        <Fact name={say('issued')}>{day(candidate.issued_at)}</Fact>
      </Facts>
    </>
  )
}

/** A claim without the name of its type. */
const pathIn = (claim: string): string => claim.slice(claim.indexOf('.') + 1)

function Outcome({ request, name }: { readonly request: Request; readonly name: string }) {
  const say = useWords(texts)
  const inWords = useChecks()
  const { state, code } = request
  if (state === 'pending') return null
  return (
    <Alert variant="light" color={state === 'failed' ? 'orange' : 'regie'} role="status">
      {say(`state_${state}`, { name, why: inWords(code ?? 'answer_not_taken') })}
    </Alert>
  )
}
