import type zh from './console_zh'

const en: typeof zh = {
  nav: {
    board: 'Board', tickets: 'Tickets', new_ticket: 'New ticket', customers: 'Customers', assets: 'Assets', calls: 'Calls',
    organisation: 'Organisation', users: 'Users', audit: 'Audit log', account: 'My account', administration: 'Administration', menu: 'Menu',
  },
  board: {
    title: 'Live board', filters: 'Filters', only_urgent: 'Urgent only', all_offices: 'All offices', all_kinds: 'All kinds',
    find: 'Customer, asset, address, number', in_service: 'In service', others: 'Answers & complaints', empty: 'No tickets',
    more: '{n} more, show all', failed_offers: '{n} failed offers', chases: 'chased {n}×', reopened: 'reopened {n}×',
    no_dealer: 'no dealer', total: '{n} open', urgent_count: '{n} urgent', updated: 'just updated',
  },
  ticket: {
    title: 'Ticket {id}', timeline: 'Time line', offers: 'Offers', visits: 'Visits', callbacks: 'Callbacks', calls: 'Calls',
    actions: 'What you may do now', facts: 'Ticket', opened_by: 'Opened by', fault_reported_at: 'Fault reported',
    merged_into: 'Merged into ticket', merged_from: 'Merged from', complained: 'About ticket', here: 'Also here: {names}',
    typing: '{names} is typing…', no_actions: 'Nothing for you to do now.', changed: 'Just updated: {what}', attempt: 'Attempt {n}',
    distance: '{m} m from the asset', no_position: 'no position', distance_km: '{km} km', authorised: 'authorised',
    not_authorised: 'not authorised', expires: 'answer by {time}', score: '{n} of 5', pause_counts: 'clock stops', stop: 'left',
    another: 'Offer again', none_found: 'No tickets', recording: 'Recording', happened_late: 'recorded {time}', arrival: 'arrived {time}',
  },
  event: {
    ticket_opened: 'Opened', ticket_edited: 'Corrected', ticket_merged: 'Merged', ticket_unmerged: 'Merge undone',
    ticket_chased: 'Chased', ticket_noted: 'Internal note', ticket_cancelled: 'Cancelled', ticket_answered: 'Answered',
    ticket_investigating: 'Investigation begun', ticket_resolved: 'Resolved', ticket_followed_up: 'Followed up',
    ticket_reopened: 'Not fixed: reopened', ticket_closed: 'Closed', offer_made: 'Offered', offer_reminded: 'Dealer reminded',
    offer_confirmed: 'Dealer confirmed', offer_rejected: 'Dealer rejected', offer_expired: 'Offer expired',
    offer_recalled: 'Offer recalled', offer_escalated: 'Escalated', technician_named: 'Technician named', technician_released: 'Technician released',
    technician_missing: 'No technician named in time', visit_departed: 'Technician set out', visit_arrived: 'Technician on site',
    visit_paused: 'Paused', visit_resumed: 'Resumed', visit_repaired: 'Repaired', visit_unrepaired: 'Left unrepaired',
    callback_attempted: 'Callback not reached', callback_overdue: 'Callback overdue', call_ringing: 'Call ringing',
    call_answered: 'Call answered', call_ended: 'Call ended', call_missed: 'Call missed',
  },
  source: {
    console: 'console', phone_app: 'phone', office_on_behalf: 'office on behalf', api: 'API', system: 'system', import: 'import',
  },
  new_ticket: {
    caller: 'Caller', lookup: 'Last 4+ digits of the phone, or a name', lookup_hint: '↑↓ choose, Enter takes; Ctrl+Enter saves',
    unknown_caller: 'New customer', new_name: 'Customer’s name', new_phone: 'Customer’s phone', asset: 'Asset', no_asset: 'No asset',
    in_warranty: 'Warranty until {until}', out_of_warranty: 'Out of warranty', save: 'Save ticket', save_anyway: 'Save as new all the same',
    similar: 'Possibly the same', similar_lead: 'Please look at these open tickets first:',
    reason: { same_asset: 'same asset', same_customer: 'same customer', same_caller: 'same caller', same_site: 'same site' },
    chase_instead: 'Chase instead', open_it: 'Open', chased: 'Chased on ticket {id}', saved: 'Ticket {id} opened',
    other_customer: 'Another customer', point: 'Point', choose_customer: 'Choose a customer or fill in a new one.',
    nobody: 'Nobody found: fill in a new customer.', chase_note: 'The customer called and asks where it stays',
    warranty_reason: { in_force: 'in force', date_passed: 'date passed', hours_exceeded: 'hours exceeded', start_unknown: 'start unknown' },
  },
  call: {
    incoming: 'Call from {number}', from: '{name} is calling', open: 'New ticket', dismiss: 'Dismiss', unknown: 'Unknown number',
    queue: 'Queue {queue}', state: { ringing: 'ringing', answered: 'talking', ended: 'ended', missed: 'missed' },
    direction: { in: 'in', out: 'out' }, time: 'Time', number: 'Number', answered_by: 'Answered by',
  },
  customer: {
    title: 'Customer', contacts: 'Contacts', assets: 'Assets', tickets: 'Tickets', reveal: 'Show whole numbers', masked: 'Numbers are masked',
    note: 'Note', new: 'New customer', kind: { person: 'Person', company: 'Company' }, tier: { standard: 'Standard', silver: 'Silver', gold: 'Gold' },
  },
  asset: {
    sold_on: 'Sold', commissioned_on: 'Commissioned', warranty: 'Warranty', meter: 'Meter readings (hours)', owners: 'Owners',
    add_reading: 'Add reading', hours: 'Hours', read_at: 'Read at', from: 'from', until: 'until', transfer: 'Transfer',
  },
  users: {
    new: 'New user', reset: 'Reset password', disable: 'Disable', enable: 'Enable', disabled: 'disabled',
    initial_password: 'First password (shown only now)', confirm_reset: 'Reset the password of {name}? All their sessions end.',
    confirm_disable: 'Disable {name}? All their sessions end.', show_disabled: 'With disabled',
  },
  account: {
    sessions: 'My sessions', this_one: 'this one', end: 'End', password: 'Change password', changed: 'Password changed; other sessions ended.',
    address: 'Address', browser: 'Browser', last_seen: 'Last used', since: 'Since',
  },
  audit: { time: 'Time', who: 'Who', action: 'Action', subject: 'Subject', details: 'Details', address: 'Address' },
  organisation: { parent: 'Parent', products: 'Products', active: 'active', inactive: 'inactive' },
}

export default en
