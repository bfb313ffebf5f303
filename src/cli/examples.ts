/** How a command is used, by operation: shown under its help. */
export const examples: Readonly<Record<string, string>> = {
  'registrations.apply': 'regie register --accept 1',
  'registrations.list': 'regie --as myobi registrations list --state submitted',
  'registrations.decline':
    "regie --as myobi registrations decline 01a20092-cb26-7477-a434-b69ace1bfbb8 --reason 'not in the trade register'",
  'policy.accept': 'regie --as sanne policy accept --accept 1',
  'people.add': `regie people add --account sanne --given-name Sanne --family-name Nietje \\
    --email sanne@gouden-nietmachine.example --role account_manager --roles account_manager,contact_person`,
  'systems.add': 'regie systems add --name ERP --scopes access:read',
  'profile.set': `regie profile set --email info@gouden-nietmachine.example \\
    --address.street-address 'Perforatorkade 12' --address.locality Rotterdam --address.country NL`,
  'me.set': "regie --as bram me set --job-title 'Inkoper'",
  'partners.list': 'regie partners list --activity active --in-network',
  'partners.get': 'regie partners get 48245915',
  'partners.changes': 'regie partners changes --after 120 --limit 50',
  'partners.quality': 'regie partners quality --reason stale --activity active',
  'partners.bounced': 'regie partners bounced --partner 48245915 --field email --kind hard',
  'partners.reciprocity': 'regie partners reciprocity --out-of-balance --since 2026-01-01',
  'partners.balance': 'regie partners balance 48245915',
  'partners.duplicates': 'regie partners duplicates',
  'partners.different':
    'regie partners different 01a20093-1488-76da-b405-d48dbd0135db 01a20093-1958-7777-b96b-5859ffe49d5f',
  'partners.take-over': 'regie --as sanne partners take-over 48245915 company-profile.email',
  'partners.imports.apply': 'regie partners imports apply 01a20093-104f-703f-a438-ffd892b3ad47 --pick active',
  'access.request': `regie --as sanne access request --partner 48245915 \\
    --claims company-registration.kvk_number,contact-person.email \\
    --purpose order-management --basis contract \\
    --reason 'We deliver your order' --value 'You tell a change only once' --until 2027-06-30`,
  'access.read': 'regie --as sanne read --partner 48245915 --claims contact-person.email',
  'access.proof': 'regie --as sanne access proof 01a20093-1958-7777-b96b-5859ffe49d5f',
  'access.list': 'regie --as bram access list --state pending',
  'access.approve': `regie --as bram access approve 01a20093-1488-76da-b405-d48dbd0135db \\
    --only contact-person.email --until 2026-12-31`,
  'access.counter': `regie --as partner access counter 01a20093-1488-76da-b405-d48dbd0135db \\
    --want company-profile.email --reason 'We want to know whom we deliver to' --value 'You see ours too'`,
  'templates.set': `regie --as bram templates set bestelling --purpose order-management \\
    --claims contact-person.email --only-asker --length P30D`,
  'approvals.add':
    'regie --as partner approvals add --for organisation --role supplier --purpose order-management',
  'access.defer': 'regie --as bram access defer 01a20093-1488-76da-b405-d48dbd0135db --until P7D',
  'access.nudge': 'regie --as sanne access nudge 01a20093-1488-76da-b405-d48dbd0135db',
  'reminders.set': 'regie reminders set --expiring-days 30 --waiting-days 5',
  'access.cancel': 'regie --as sanne access cancel 01a20093-1488-76da-b405-d48dbd0135db',
  'access.deny':
    "regie --as bram access deny 01a20093-1488-76da-b405-d48dbd0135db --reason 'We do not deal any more'",
  'access.revoke': 'regie --as bram access revoke 01a20093-1958-7777-b96b-5859ffe49d5f',
  'access.allow': 'regie --as bram access allow 01a20093-1958-7777-b96b-5859ffe49d5f',
  'access.cut': 'regie --as bram access cut 01a20093-1958-7777-b96b-5859ffe49d5f',
  'delegations.create': `regie delegations create --grant 01a20093-1958-7777-b96b-5859ffe49d5f --to 48000001 \\
    --roles adviser --claims company-profile.email`,
  'delegations.withdraw': 'regie delegations withdraw 01a20093-1958-7777-b96b-5859ffe49d5f',
  'access.export':
    'regie --as bram access export 01a20093-1958-7777-b96b-5859ffe49d5f --format consent-record',
  'access.receipt': 'regie --as bram access receipt 01a20093-1958-7777-b96b-5859ffe49d5f',
  'access.deleted': `regie --as sanne access deleted 01a20093-1958-7777-b96b-5859ffe49d5f \\
    --kept-reason 'Bookkeeping, seven years' --kept-until 2033-12-31`,
  'corrections.propose': `regie --as sanne corrections propose --partner 48245915 \\
    --claim company-profile.email --value administratie@bakkerij-de-kruimelkoning.example \\
    --reason 'Our mail came back'`,
  'corrections.accept': 'regie --as bram corrections accept 01a20093-1488-76da-b405-d48dbd0135db',
  'corrections.decline':
    'regie --as bram corrections decline 01a20093-1488-76da-b405-d48dbd0135db --reason value_is_right',
  'access.rate': 'regie --as bram access rate 01a20093-1958-7777-b96b-5859ffe49d5f --came-true partly',
  'questions.add': `regie questions add --code invoice-question \\
    --title.nl 'Vraag over een factuur' --title.en 'A question about an invoice' \\
    --purpose payment --basis contract --claims company-profile.email,contact-person.email \\
    --reason 'We look into your invoice' --value 'You have an answer within a day' \\
    --length P30D --roles account_manager`,
  'questions.change': 'regie questions change invoice-question --claims company-profile.email',
  'questions.retire': 'regie questions retire invoice-question',
  'questions.check': 'regie --as sanne questions check --claims company-profile.iban --purpose payment',
  'questions.published': 'regie --as bram questions published 48316274',
  'cases.ask':
    "regie --as sanne cases ask --partner 48245915 --question invoice-question --about 'invoice 123'",
  'cases.open': `regie --as bram cases open --partner 48316274 --question invoice-question --seen-version 1 \\
    --about 'my invoice 123'`,
  'cases.close': 'regie --as bram cases close 01a20093-1958-7777-b96b-5859ffe49d5f',
  'presentations.create': `regie present --claims company-registration.name,company-registration.kvk_number \\
    --audience http://127.0.0.1:4801 --nonce 0123456789`,
  'presentations.open': "regie --as partner presentations open 'openid4vp://?client_id=…' --of company",
  'presentations.accept': 'regie --as partner presentations accept 01a20093-1958-7777-b96b-5859ffe49d5f',
  'verifications.create': `regie --as myobi verify "$(cat presentation.txt)" \\
    --audience http://127.0.0.1:4801 --nonce 0123456789`,
  'verifications.start': `regie verifications start employee-role \\
    --parameters employer=did:ethr:0x7a69:0xde92305a0644bFb41D59099df0b0f90331c0094B`,
  'messages.send': `regie --as sanne messages send --partner 48245915 --kind product_news \\
    --subject 'A new stapler' --body 'From Monday on: the Golden 26/6.'`,
  'messages.answer':
    "regie --as bram messages answer 01a20093-1958-7777-b96b-5859ffe49d5f --choice yes --body 'I come'",
  'messages.stop': "regie --as bram messages stop --partner 'Nietmachine B.V.' --kind product_news",
  'messages.limit': `regie --as bram messages limit 01a20093-1958-7777-b96b-5859ffe49d5f \\
    --kind product_news --most 1`,
  'call_ups.start': `regie --as sanne call-ups start --role freelancer --subject 'Saturday in the shop' \\
    --body 'Who can stand in on Saturday?' --wanted 2 --until P2D`,
  'products.set': `regie products set --products '[{"sku":"GN-26","name":"Golden 26/6","kind":"product"}]'`,
  'prices.set': `regie prices set --prices '[{"sku":"GN-26","price":"19.95","unit_code":"C62"}]'`,
  'statements.set': `regie --as sanne statements set --partner 48245915 --period 2026-Q3 \\
    --discount-percentage 7.5 --order-value 33362.98`,
  'figures.publish': 'regie figures publish --claim order_value --period 2026-Q3 --grouping region',
  'figures.rules': 'regie figures rules --min-group 20 --max-share 20',
  'issuing.offer': `regie issuing offer --type company-profile --claims '{"name":"Voorbeeld B.V."}' --tx-code-length 6`,
  'wallet.offers.add': `regie wallet offers add 'openid-credential-offer://?credential_offer_uri=https://issuer.example/o/1'`,
  'partners.roles': 'regie partners roles 48245915 --roles supplier,freelancer',
  'rights.file': "regie --as bram rights file access --text 'What do you know about me?'",
  'rights.record': `regie rights record objection --partner 01a20093-104f-703f-a438-ffd892b3ad47 \\
    --channel phone --received-on 2026-11-20 --identity 'Called back on the number we had'`,
  'rights.extend':
    "regie rights extend 01a20093-1488-76da-b405-d48dbd0135db --reason 'Many requests at once'",
  'rights.refuse':
    "regie rights refuse 01a20093-1488-76da-b405-d48dbd0135db --reason 'We could not establish who asks'",
  'rights.export': 'regie --as bram rights export --format html',
  'rights.preview': 'regie rights preview 01a20093-1488-76da-b405-d48dbd0135db',
  'rights.erase': 'regie rights erase 01a20093-1488-76da-b405-d48dbd0135db',
  'webhooks.add':
    'regie webhooks add https://erp.gouden-nietmachine.example/hooks --events nl.regie.partner.value_changed',
  'webhooks.deliveries': 'regie webhooks deliveries --state dead',
  'webhooks.resend': 'regie webhooks resend 01a20093-1958-7777-b96b-5859ffe49d5f',
  'registry.find': 'regie --as myobi registry find --kvk 48245915',
  'registry.proof': 'regie --as myobi registry proof did:ethr:0x1:0x… --on 2026-03-01',
  'registry.authorization':
    'regie --as myobi registry authorization --entity-id did:ethr:0x1:0x… --authority-id did:ethr:0x1:0x… --action issue --resource price-list',
  'registry.roles':
    'regie --as myobi registry roles did:ethr:0x1:0x… --roles intermediary --reason "Wft-vergunning gezien"',
}
