import type zh from './console_zh'

const en: typeof zh = {
  nav: {
    board: 'Board', tickets: 'Tickets', new_ticket: 'New ticket', unsaved_ticket: 'Unsaved ticket', customers: 'Customers', assets: 'Assets', calls: 'Calls',
    organisation: 'Organisation', catalogue: 'Catalogue', plans: 'Plans', users: 'Users', audit: 'Audit log', account: 'My account', administration: 'Administration', menu: 'Menu', home: 'Back to the board', not_yours: 'You may not see that page.',
  },
  board: {
    title: 'Live board', filters: 'Filters', only_urgent: 'Urgent only', all_offices: 'All offices', all_kinds: 'All kinds',
    find: 'Customer, asset, number', in_service: 'In service', others: 'Other kinds', empty: 'No tickets', none_such: 'None fits the filter', show_all: 'Clear the filter', nothing: 'No ticket is open now; new ones and each step appear here at once.',
    more: '{n} more, show all', failed_offers: 'failed offers: {n}', chases: 'chased {n}×', reopened: 'reopened {n}×',
    no_dealer: 'no dealer', total: '{n} open', urgent_count: '{n} urgent', updated: 'just updated',
  },
  ticket: {
    title: 'Ticket {id}', timeline: 'Time line', offers: 'Offers', visits: 'Visits', callbacks: 'Callbacks', calls: 'Calls',
    actions: 'What you may do now', facts: 'Ticket', opened_by: 'Opened by', fault_reported_at: 'Fault reported',
    merged_into: 'Merged into ticket', merged_from: 'Merged from', complained: 'About ticket', here: 'Also here: {names}',
    typing: '{names} is typing…', no_actions: 'Nothing for you to do now.', changed: 'Just updated: {what}', attempt: 'Attempt {n}',
    distance: '{m} m from the asset', distance_far: '{km} km from the asset', no_position: 'no position', distance_km: '{km} km', authorised: 'authorised',
    not_authorised: 'not authorised', expires: 'answer by {time}', score: '{n} of 5', pause_counts: 'clock stops', stop: 'left',
    another: 'Offer again', none_found: 'No tickets', recording: 'Recording', happened_late: 'recorded {time}', arrival: 'arrived {time}', signed_by: 'Signed by', no_such: 'There is no such ticket.', not_here: 'There is no such ticket, or it is not yours to see. Please check the number.', warranty: 'Warranty then', by_number: 'Number, then Enter', departure: 'set out {time}', no_similar: 'No ticket looks like the same fault: fill in the number.',
  },
  suggest: {
    title: 'Suggested dealers', asking: 'Working out suggestions…', failed: 'No suggestions now: choose yourself.', nobody: 'Nobody fits: ', other: 'Another dealer…',
    arrives: 'there about {time}', cost: 'costs {time}', free: 'nothing else that day', why_not: 'Not suggested: ', ranked: 'Possible: number {rank}, {time} dearer than the first',
    unknown: 'This dealer has no technician who could go', was_ranked: 'Suggested as number {rank}.',
    reason: {
      travel_min: '{time} on the road ({km} km)', road_km: '{n} km', detour_min: '{time} detour', detour_km: '{n} km detour', response_min: 'there in {time}', waiting_min: 'waits {time}',
      visits_that_day: '{n} jobs that day', working_min_mean: '{time} of work a day lately', asset_visits: 'was at this machine {n}×', dealer_waiting_visits: '{n} jobs of the dealer without technician',
      slack_min: '{time} to spare afterwards', skills: 'has the skills', tools: 'has the tools', licences: 'has the licences', parts: 'has the parts',
    },
  },
  obstacle: {
    duplicate_id: 'entered twice', malformed: 'malformed', no_technician: 'no technician', site_missing: 'the ticket has no coordinates', longer_than_a_day: 'longer than a day',
    not_authorised: 'not authorised for the product', declined: 'declined already, or did not answer', outside_territory: 'outside the territory', home_missing: 'no place to set out from',
    skill_missing: 'skill missing', licence_missing: 'licence missing', tool_missing: 'tool missing', part_missing: 'part missing', not_working: 'not working then',
    overloaded: 'the day is full', window_missed: 'too late', promise_broken: 'would break a promise',
  },
  plan: {
    lead: 'An office’s visits of the day, arranged anew by roads, deadlines and working hours. Nothing happens before it is accepted.', only_open: 'Open only',
    choose_office: 'Choose an office', make: 'Plan now', none: 'No proposals. Choose an office and plan now.', day: 'Day', better: 'Changes', same: 'nothing', made: 'Made', decided: 'Accepted',
    changes: 'Proposed changes', no_changes: 'Nothing better was found: nothing is to be changed.', accept_all: 'Accept all', accept_some: 'Accept {n} chosen',
    superseded: 'There is a newer proposal: this one cannot be accepted any more.', nobody: 'nobody', unserved: 'Nobody can serve', tours: 'Tours',
    stops: 'stops: {n}', home: 'home at {time}', road: 'road {km} km', depends: 'Needs the change of {tickets} first, to make room',
    state: { open: 'Open', accepted: 'Accepted', partly_accepted: 'Partly accepted', superseded: 'Superseded' },
    change_state: { open: 'Open', accepted: 'Accepted', conflict: 'The ticket changed', refused: 'Refused' },
    outcome: { accepted: 'Accepted', conflict: 'The ticket changed meanwhile; nothing was done', refused: 'The ticket’s present state does not allow it' },
    action: { offer: 'Offer', name_technician: 'Name technician', reschedule: 'Another time', leave_out: 'Not this day' },
    figure: { visits: 'Visits', unserved: 'Unserved', late_priority_min: 'Late (weighted min)', working_min: 'Work (min)', road_km: 'Road (km)' },
    reason: {
      nobody_has_it: 'nobody has it', holder_cannot: 'who has it cannot', late_min: 'late {before} → {after} min', detour_km: 'detour {before} → {after} km',
      day_working_min: 'day’s work {before} → {after} min', makes_room: 'makes room for others',
    },
  },
  action_hint: {
    merge: 'Several tickets of one fault become one; it can be undone.', recall: 'Taken back from the dealer; the ticket is open again.',
    unmerge: 'It becomes a ticket of its own again, as it was before.',
    leave_incident: 'It no longer follows the lead and is dispatched by itself.', cancel: 'The ticket ends here and is offered to nobody.',
    chase: 'The customer’s call for haste, for everybody to see.', note: 'Only the desk, offices and supervisors see it.',
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
    ticket_joined_incident: 'Joined an incident', ticket_left_incident: 'Left the incident',
    ticket_repaired_with_lead: 'Repaired with its lead',
  },
  source: {
    console: 'console', phone_app: 'phone', office_on_behalf: 'office on behalf', api: 'API', system: 'system', import: 'import',
  },
  new_ticket: {
    caller: 'Caller', lookup: 'Last 4+ digits of the phone, or a name', lookup_hint: '↑↓ choose, Enter takes; Ctrl+Enter saves',
    unknown_caller: 'New customer', new_name: 'Customer’s name', new_phone: 'Customer’s phone', asset: 'Asset', no_asset: 'No asset',
    in_warranty: 'Warranty until {until}', out_of_warranty: 'Out of warranty', warranty_unknown: 'Warranty unknown', save: 'Save ticket', save_anyway: 'Save as new all the same',
    similar: 'Possibly the same', similar_lead: 'Please look at these open tickets first:',
    reason: { same_asset: 'same asset', same_customer: 'same customer', same_caller: 'same caller', same_site: 'same site' },
    restored: 'What you had not saved is still here.', discard: 'Discard draft', confirm_discard: 'Discard this unsaved ticket? What you wrote is not kept.', unsaved: 'Not saved yet',
    chase_instead: 'Chase instead', open_it: 'Open', chased: 'Chased on ticket {id}', saved: 'Ticket {id} opened',
    other_customer: 'Another customer', point: 'Point', choose_customer: 'Choose a customer or fill in a new one.', name_missing: 'Fill in the new customer’s name.',
    nobody: 'Nobody found: fill in a new customer.', chase_note: 'The customer called and asks where it stays',
    warranty_reason: { in_force: 'in force', date_passed: 'date passed', hours_exceeded: 'hours exceeded', start_unknown: 'neither sold nor commissioned on record' },
  },
  call: {
    incoming: 'Call from {number}', from: '{name} is calling', open: 'New ticket', dismiss: 'Dismiss', unknown: 'Unknown number',
    queue: 'Queue {queue}', state: { ringing: 'ringing', answered: 'talking', ended: 'ended', missed: 'missed' },
    direction: { in: 'in', out: 'out' }, time: 'Time', number: 'Number', answered_by: 'Answered by', none: 'No calls yet; they appear here by themselves.', none_missed: 'No missed calls', only_missed: 'Missed only',
  },
  customer: {
    title: 'Customer', contacts: 'Contacts', assets: 'Assets', tickets: 'Tickets', reveal: 'Show whole numbers', masked: 'Numbers are masked',
    note: 'Note', new: 'New customer', nobody: 'Nobody found: check the number or the name', phones_hint: 'One number a line', tags_hint: 'Separated by spaces',
    add_contact: 'Add a contact', remove_contact: 'Remove this contact', same_number: 'Same number', kind: { person: 'Person', company: 'Company' }, tier: { standard: 'Standard', silver: 'Silver', gold: 'Gold' },
  },
  asset: {
    warranty: 'Warranty', meter: 'Hour meter', owners: 'Owners', add_reading: 'Add reading', hours: 'Hours', read_at: 'Read at', from: 'From',
    until: 'until', transfer: 'Transfer', transfer_time: 'Since', new: 'New asset', none_found: 'No assets', no_readings: 'No reading yet.', owns_it: '{name} owns it already: choose somebody else.', new_owner: 'New owner', now: 'now',
    warranty_hint: 'The warranty runs as the product says from the day it was commissioned, else sold; what was agreed comes first.',
    below: 'Below the {hours} hours of an earlier reading. Was the meter replaced, or is it a slip?', replaced: 'The meter was replaced: record it',
    slip: 'A slip: enter it again', new_meter: 'new meter',
  },
  users: {
    new: 'New user', reset: 'Reset password', disable: 'Disable', enable: 'Enable', disabled: 'disabled',
    initial_password: 'First password', find: 'User name, name', all_roles: 'All roles', nobody: 'No such user',
    login_hint: 'a–z, 0–9, dot, hyphen', confirm_reset: 'Reset the password of {name}? All their sessions end.',
    confirm_disable: 'Disable {name}? All their sessions end.', show_disabled: 'With disabled',
  },
  account: {
    sessions: 'My sessions', this_one: 'this one', end: 'End', end_others: 'End all others', ended: 'Session ended', password: 'Change password', changed: 'Password changed; other sessions ended.',
    address: 'Address', browser: 'Browser', last_seen: 'Last used', since: 'Since',
  },
  audit: {
    time: 'Time', who: 'Who', action: 'Action', subject: 'Subject', details: 'Details', address: 'Address', all: 'All actions', none: 'No such entries', fields: 'changed',
    group: {
      session: 'Sign-ins', access: 'Denials', password: 'Passwords', user: 'Users', unit: 'Organisation', technician: 'Technicians', service_area: 'Service areas', fault_requirement: 'What faults need', offering_policy: 'Offering', token: 'Tokens', product: 'Products',
      fault: 'Faults', customer: 'Customers', import: 'Imports',
    },
    thing: { session: 'Session', route: 'API', user: 'User', unit: 'Unit', token: 'Token', product: 'Product', fault: 'Fault', customer: 'Customer' },
    detail: {
      method: 'method', route: 'address', path: 'path', path_before: 'path before', roles_before: 'roles before', unit_id_before: 'unit before', user_id: 'user', token_id: 'token', by: 'by', what: 'what',
      rows_read: 'rows read', imported: 'imported', unchanged: 'unchanged', rejected: 'rejected',
    },
    value: {
      forbidden: 'not permitted', throttled: 'too many attempts', wrong_password: 'wrong password', unknown_login: 'no such user name', account_disabled: 'account disabled', 'command line': 'command line', customers: 'customers', assets: 'assets', tickets: 'tickets', organisation: 'organisation',
    },
    word: {
      technician_changed: 'Technician changed', service_area_changed: 'Service area changed', fault_requirement_changed: 'What a fault needs changed', offering_policy_changed: 'Offering changed',
      session_signed_in: 'Signed in', session_refused: 'Sign-in refused', session_signed_out: 'Signed out', session_revoked: 'Session ended',
      access_denied: 'Access denied', password_changed: 'Password changed', user_created: 'User added', user_changed: 'User changed',
      user_disabled: 'User disabled', user_enabled: 'User enabled', user_password_reset: 'Password reset', unit_created: 'Unit added',
      unit_changed: 'Unit changed', unit_moved: 'Unit moved', token_created: 'Token made', token_revoked: 'Token revoked',
      product_created: 'Product added', product_changed: 'Product changed', fault_created: 'Fault added', fault_changed: 'Fault changed',
      customer_phones_revealed: 'Numbers revealed', import_finished: 'Import finished',
    },
  },
  organisation: {
    products: 'Products', inactive: 'closed', new: 'New unit', below: 'below', find: 'Name, code, address, phone', show_inactive: 'With closed',
    is_active: 'Active', all_products: 'All products', offering: 'Offering', automatic: 'Offer by itself',
    automatic_hint: 'A new ticket is offered to the first suggestion, and to the next when it is rejected or expires, until too many have failed.', nothing_found: 'No such unit',
  },
  catalogue: {
    products: 'Products', faults: 'Faults', new_product: 'New product', new_fault: 'New fault', find: 'Code, name', warranty: 'Warranty',
    months: '{n} months', hours: '{n} h', no_limit: 'no limit', closed: 'closed', is_active: 'Active (a closed entry cannot be chosen any more; records keep it)',
    group: 'Group', top: '(top)', below: 'below', no_products: 'No products yet', no_faults: 'No faults yet',
  },
  tokens: {
    title: 'API tokens of {name}', short: 'Tokens', lead: 'With a token another system acts as this account and may do what it may.', name: 'For',
    created: 'Made', expires: 'Expires', never: 'never', none: 'No tokens yet', revoke: 'Revoke', revoked: 'revoked', expired: 'expired',
    confirm_revoke: 'Revoke “{name}”? The system that uses it is shut out at once.', new_name: 'What the new token is for',
    new_name_hint: 'e.g. telephone system', create: 'New token', made: 'New token',
  },
  secret: {
    copy: 'Copy', copied: 'Copied', only_now: 'Shown only now: note it, or hand it over.',
    too_late: 'It was shown once and cannot be seen again. Make a new one if needed.', noted: 'Noted',
  },
  record: {
    saved: 'Saved: {name}', added: 'Added: {name}', overtaken: 'Somebody has just changed this. Look at it before you save:',
    contested: ' (you changed it too: saving puts yours over it)', take_theirs: 'Drop my changes and take what is there now',
  },
}

export default en
