import type zh from './zh'

const en: typeof zh = {
  state: {
    open: 'Open', offered: 'Offered', confirmed: 'Confirmed', en_route: 'En route', on_site: 'On site', paused: 'Paused',
    repaired: 'Repaired', followed_up: 'Followed up', closed: 'Closed', merged: 'Merged', cancelled: 'Cancelled',
    answered: 'Answered', investigating: 'Investigating', resolved: 'Resolved',
  },
  kind: { repair: 'Repair', enquiry: 'Enquiry', complaint: 'Complaint', suggestion: 'Suggestion' },
  urgency: { normal: 'Normal', urgent: 'Urgent' },
  channel: { phone: 'Phone', web: 'Web', app: 'App', email: 'E-mail', other: 'Other' },
  role: {
    agent: 'Agent', dispatcher: 'Dispatcher', coordinator: 'Office coordinator', dealer: 'Dealer', technician: 'Technician',
    supervisor: 'Supervisor', administrator: 'Administrator',
  },
  unit_kind: { headquarters: 'Headquarters', office: 'Office', dealer: 'Dealer', substation: 'Sub-station' },
  action: {
    edit: 'Correct', offer: 'Offer', recall: 'Recall', redispatch: 'Re-dispatch', confirm: 'Confirm', reject: 'Reject',
    name_technician: 'Name technician', depart: 'Depart', arrive: 'Arrive', pause: 'Pause', resume: 'Resume',
    finish: 'Finish repair', leave_unrepaired: 'Leave unrepaired', record_callback: 'Call back', merge: 'Merge',
    unmerge: 'Undo merge', cancel: 'Cancel ticket', chase: 'Chase', note: 'Internal note', answer: 'Answer',
    investigate: 'Investigate', resolve: 'Resolve', close: 'Close',
    leave_incident: 'Leave incident',
  },
  reject_reason: {
    no_capacity: 'No capacity', too_far: 'Too far', no_skill: 'Skill missing', no_parts: 'Parts missing',
    not_authorised: 'Not authorised for the product', outside_hours: 'Outside service hours', other: 'Other',
  },
  recall_reason: {
    wrong_dealer: 'Wrong dealer', dealer_unreachable: 'Dealer unreachable', dealer_too_slow: 'Dealer too slow',
    technician_unavailable: 'Technician unavailable', nearer_dealer: 'A nearer dealer', customer_request: 'Customer asked',
    other: 'Other',
  },
  override_reason: {
    customer_request: 'The customer asks for it', knows_machine: 'Knows the machine', has_parts: 'Has the parts', agreed_by_phone: 'Agreed by telephone',
    workload: 'Shares the work', road_conditions: 'The roads', other: 'Other',
  },
  pause_reason: {
    waiting_for_part: 'Waiting for a part', customer_absent: 'Customer absent', customer_not_ready: 'Customer not ready',
    no_access: 'No access', unsafe_weather: 'Unsafe weather', waiting_for_approval: 'Waiting for approval',
    technician_rest: 'Technician rests', other: 'Other',
  },
  unrepaired_reason: {
    part_missing: 'Part missing', beyond_skill: 'Beyond skill', tool_missing: 'Tool missing',
    wrong_fault_reported: 'Another fault than reported', customer_refused: 'Customer refused', no_access: 'No access',
    other: 'Other',
  },
  cancel_reason: {
    customer_withdrew: 'Customer withdrew', solved_by_phone: 'Solved by phone', wrong_entry: 'Wrong entry',
    customer_unreachable: 'Customer unreachable', not_covered: 'Not covered', other: 'Other',
  },
  offer_outcome: {
    pending: 'Waiting for an answer', confirmed: 'Confirmed', rejected: 'Rejected', expired: 'Expired without an answer',
    recalled: 'Recalled', cancelled: 'Ticket cancelled',
  },
  visit_outcome: { under_way: 'Under way', repaired: 'Repaired', unrepaired: 'Not repaired', aborted: 'Aborted' },
  callback_outcome: { reached: 'Reached', unreached: 'Not reached' },
  due: {
    offer_reminder: 'Dealer reminder', offer_expiry: 'To be confirmed', technician_naming: 'Technician to be named',
    callback_due: 'Callback due', answered_close: 'Closes by itself',
  },
  problem: {
    unreachable: 'The network is away: no answer came.', unknown: 'That did not work ({code}).', request: 'Request {id}',
    overtaken: 'Somebody was faster: the ticket is now “{state}”.', reload: 'Reload', retry: 'Try again',
  },
  stream: {
    connecting: 'Connecting…', live: 'Live', restart: 'The server restarts; this page comes back by itself.',
    overloaded: 'The connection was too slow; catching up.',
    database: 'The database is away for a moment; this page comes back by itself.',
    network: 'Connection lost, reconnecting. What you see may be out of date.', hurry: 'Reconnect now',
    resynced: 'You were away for long: everything was read anew.',
  },
  sign_in: {
    title: 'Sign in', login: 'User name', password: 'Password', submit: 'Sign in', change: 'Please set a password of your own first',
    current_password: 'Current password', new_password: 'New password (10 characters or more)', repeat_password: 'Once more',
    differ: 'The two do not match.', save: 'Save password', sign_out: 'Sign out', lead: 'The after-sales hotline desk', ended: 'Your session has ended. Please sign in again.',
  },
  age: { now: 'just now', minutes: '{n} min', hours: '{n} h', days: '{n} d', left: '{age} left', over: '{age} late' },
  field: {
    customer: 'Customer', asset: 'Asset', serial_number: 'Serial number', product: 'Product', fault: 'Fault',
    description: 'Description', contact_name: 'Contact', contact_phone: 'Contact phone', address: 'Address', office: 'Office',
    dealer: 'Dealer', technician: 'Technician', urgency: 'Urgency', kind: 'Kind', reason: 'Reason', note: 'Note',
    why: 'Why this dealer', promised_arrival_at: 'Promised arrival', signed_by: 'Name of who signs', score: 'Satisfaction',
    fixed: 'Fixed?', outcome: 'Outcome', answer: 'Answer', resolution: 'Resolution', into_id: 'Into ticket number',
    work_done: 'Work done', name: 'Name', code: 'Code', phone: 'Phone', phones: 'Phones', tags: 'Tags', tier: 'Tier',
    birthday: 'Birthday', job: 'Job', email: 'E-mail', login: 'User name', unit: 'Unit', roles: 'Roles', extension: 'Extension',
    language: 'Language', opened_at: 'Opened', state: 'State', version: 'Version', parent_id: 'Unit above',
    region_code: 'Region code', longitude: 'Longitude', latitude: 'Latitude', active: 'Active', product_ids: 'Products it may repair',
    unit_id: 'Unit', customer_id: 'Customer', owner_id: 'Present owner', product_id: 'Product', contacts: 'Contacts', person_name: 'Name', override_reason: 'Why not the first', automatic: 'Offers by itself', sold_on: 'Sold', commissioned_on: 'Commissioned',
    warranty_until: 'Warranty agreed until', title: 'Title', ticket_ids: 'Tickets', lead_ticket_id: 'Lead', same_fault_as: 'Same fault', warranty_months: 'Warranty (months)', warranty_hours: 'Warranty limit (hours)', happened_at: 'Time',
    skills: 'Skills', licences: 'Licences', tools: 'Tools', parts: 'Parts',
    weekly_hours: 'Working hours', exceptions: 'Special days', visits_a_day: 'Visits a day, at most', home_longitude: 'Home longitude', home_latitude: 'Home latitude', region_codes: 'Regions served (codes)', duration_min: 'Time at the machine (min)',
  },
  phone: {
    title: 'My visits', none: 'No ticket is assigned to you now. A new one appears here by itself.', navigate: 'Navigate', call: 'Call', locating: 'Locating…',
    no_position: 'No position could be taken; reported without it.', send: 'Send', back: 'Back', done: 'Recorded',
    unsent: '“{step}” was not sent: there is no network. It is sent by itself when it returns, with the time you pressed it.', give_up: 'Do not send it',
    sign_here: 'The customer signs here', sign_again: 'Sign again',
    drop_question: 'Drop what you filled in? Neither the text nor the signature is kept.', drop: 'Drop it', go_on: 'Go on', begun: 'Filled in, not sent yet',
    gone: '#{id} is not yours any more. Please ask your dealer.', understood: 'Understood',
    finish_hint: 'The customer confirms with his name', refresh: 'Refresh', promised: 'Promised by {time}',
    technician_only: 'This is the technician’s phone page.', console: 'Open the full console',
  },
  colon: ': ', comma: ', ', semicolon: '; ', aside: ' ({text})',
  yes: 'Yes', no: 'No', none: 'none', choose: 'Please choose', save: 'Save', cancel: 'Cancel', close: 'Close', all: 'All', more: 'More',
  search: 'Search', refresh: 'Refresh', loading: 'Reading…', back: 'Back', empty: '(empty)', edit: 'Edit', operations: 'Actions', required: 'Required', system: 'System', language: '中文',
}

export default en
