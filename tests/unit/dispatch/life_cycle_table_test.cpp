// domain.md §4 written out by hand, once more and apart from the table the program uses: every state, every action, and
// where it leads. What is not written here must be refused.
#include <map>
#include <set>

#include "tests/unit/dispatch/ticket_play.hpp"

namespace callout::dispatch::play {
namespace {

using enum TicketState;

using Expected = std::map<TicketState, std::map<Action, TicketState>>;

const Expected expected_repair{
    {open,
     {{Action::join_incident, open},
      {Action::leave_incident, open},
      {Action::finish_with_lead, repaired},
      {Action::edit, open},
      {Action::offer, offered},
      {Action::merge, merged},
      {Action::cancel, cancelled},
      {Action::chase, open},
      {Action::note, open}}},
    {offered,
     {{Action::join_incident, offered},
      {Action::leave_incident, offered},
      {Action::edit, offered},
      {Action::recall, open},
      {Action::redispatch, offered},
      {Action::confirm, confirmed},
      {Action::reject, open},
      {Action::remind_offer, offered},
      {Action::expire_offer, open},
      {Action::cancel, cancelled},
      {Action::chase, offered},
      {Action::note, offered}}},
    {confirmed,
     {{Action::join_incident, confirmed},
      {Action::leave_incident, confirmed},
      {Action::edit, confirmed},
      {Action::recall, open},
      {Action::redispatch, offered},
      {Action::name_technician, confirmed},
      {Action::remind_technician, confirmed},
      {Action::depart, en_route},
      {Action::cancel, cancelled},
      {Action::chase, confirmed},
      {Action::note, confirmed}}},
    {en_route,
     {{Action::join_incident, en_route},
      {Action::leave_incident, en_route},
      {Action::edit, en_route},
      {Action::recall, open},
      {Action::redispatch, offered},
      {Action::arrive, on_site},
      {Action::cancel, cancelled},
      {Action::chase, en_route},
      {Action::note, en_route}}},
    {on_site,
     {{Action::join_incident, on_site},
      {Action::leave_incident, on_site},
      {Action::edit, on_site},
      {Action::pause, paused},
      {Action::finish, repaired},
      {Action::leave_unrepaired, open},
      {Action::cancel, cancelled},
      {Action::chase, on_site},
      {Action::note, on_site}}},
    {paused,
     {{Action::join_incident, paused},
      {Action::leave_incident, paused},
      {Action::edit, paused},
      {Action::resume, on_site},
      {Action::cancel, cancelled},
      {Action::chase, paused},
      {Action::note, paused}}},
    {repaired,
     {{Action::join_incident, repaired},
      {Action::leave_incident, repaired},
      {Action::edit, repaired},
      {Action::record_callback, closed},
      {Action::remind_callback, repaired},
      {Action::note, repaired}}},
    {followed_up, {{Action::edit, followed_up}, {Action::close, closed}, {Action::note, followed_up}}},
    {closed, {{Action::note, closed}}},
    {merged, {{Action::unmerge, open}, {Action::note, merged}}},
    {cancelled, {{Action::note, cancelled}}},
};

const Expected expected_question{
    {open,
     {{Action::edit, open},
      {Action::answer, answered},
      {Action::merge, merged},
      {Action::cancel, cancelled},
      {Action::chase, open},
      {Action::note, open}}},
    {answered, {{Action::edit, answered}, {Action::close, closed}, {Action::note, answered}}},
    {closed, {{Action::note, closed}}},
    {merged, {{Action::unmerge, open}, {Action::note, merged}}},
    {cancelled, {{Action::note, cancelled}}},
};

const Expected expected_complaint{
    {open,
     {{Action::edit, open},
      {Action::investigate, investigating},
      {Action::merge, merged},
      {Action::cancel, cancelled},
      {Action::chase, open},
      {Action::note, open}}},
    {investigating,
     {{Action::edit, investigating},
      {Action::resolve, resolved},
      {Action::cancel, cancelled},
      {Action::chase, investigating},
      {Action::note, investigating}}},
    {resolved,
     {{Action::edit, resolved},
      {Action::record_callback, closed},
      {Action::remind_callback, resolved},
      {Action::note, resolved}}},
    {followed_up, {{Action::edit, followed_up}, {Action::close, closed}, {Action::note, followed_up}}},
    {closed, {{Action::note, closed}}},
    {merged, {{Action::unmerge, open}, {Action::note, merged}}},
    {cancelled, {{Action::note, cancelled}}},
};

// Actions a kind of ticket never takes, in no state.
const std::set<Action> only_repairs{Action::offer,         Action::recall,          Action::redispatch,
                                    Action::confirm,       Action::reject,          Action::remind_offer,
                                    Action::expire_offer,  Action::name_technician, Action::remind_technician,
                                    Action::depart,        Action::arrive,          Action::pause,
                                    Action::resume,        Action::finish,          Action::leave_unrepaired,
                                    Action::join_incident, Action::leave_incident,  Action::finish_with_lead};
const std::set<Action> only_questions{Action::answer};
const std::set<Action> only_complaints{Action::investigate, Action::resolve};
const std::set<Action> never_questions{Action::record_callback, Action::remind_callback};

bool kind_never(TicketKind kind, Action action) {
    const bool question = kind == TicketKind::enquiry || kind == TicketKind::suggestion;
    return (kind != TicketKind::repair && only_repairs.contains(action)) ||
           (!question && only_questions.contains(action)) ||
           (kind != TicketKind::complaint && only_complaints.contains(action)) ||
           (question && never_questions.contains(action));
}

const Expected& expected(TicketKind kind) {
    if (kind == TicketKind::repair) return expected_repair;
    return kind == TicketKind::complaint ? expected_complaint : expected_question;
}

std::optional<TicketState> expected_to(TicketKind kind, TicketState from, Action action) {
    const auto& table = expected(kind);
    const auto state = table.find(from);
    if (state == table.end()) return std::nullopt;
    const auto to = state->second.find(action);
    if (to == state->second.end()) return std::nullopt;
    return to->second;
}

RefusalCode expected_refusal(const Ticket& ticket, Action action) {
    const std::set<Action> answers{Action::confirm, Action::reject, Action::remind_offer, Action::expire_offer};
    if (kind_never(ticket.kind, action)) return RefusalCode::ticket_kind_forbids;
    if (answers.contains(action) && ticket.offer) return RefusalCode::offer_over;
    return RefusalCode::ticket_state_forbids;
}

// What the ticket must be for the action's own guard to let it through.
Life prepared(TicketState state, TicketKind kind, Action action) {
    Life life = in(state, kind);
    if (action == Action::expire_offer && life.ticket.offer) life.now = life.ticket.offer->expires_at;
    if (state == confirmed && (action == Action::name_technician || action == Action::remind_technician))
        life.ticket.technician_id.reset();
    if (action == Action::leave_incident || action == Action::finish_with_lead) life.ticket.incident_id = 12;
    if (action == Action::finish_with_lead) life.ticket.lead_ticket_id = 4711;
    return life;
}

TEST(LifeCycle, EveryStateAndActionOfEveryKindIsAllowedOrRefusedAsTheTableSays) {
    int allowed = 0;
    int refused = 0;
    for (const TicketKind kind : all_values<TicketKind>)
        for (const TicketState state : all_values<TicketState>)
            for (const Action action : all_values<Action>) {
                SCOPED_TRACE(std::string{to_string(kind)} + " " + std::string{to_string(state)} + " " +
                             std::string{to_string(action)});
                const Life life = prepared(state, kind, action);
                ASSERT_EQ(life.ticket.state, state);
                const auto decision = decide(life.ticket, a(action, life.ticket), at(life.now));
                if (const auto to = expected_to(kind, state, action)) {
                    ++allowed;
                    ASSERT_TRUE(decision) << to_string(decision.error().code);
                    EXPECT_EQ(to_string(decision->after.state), to_string(*to));
                    EXPECT_EQ(decision->after.version, life.ticket.version + 1);
                } else {
                    ++refused;
                    ASSERT_FALSE(decision);
                    EXPECT_EQ(to_string(decision.error().code), to_string(expected_refusal(life.ticket, action)));
                    EXPECT_EQ(class_of(decision.error().code), RefusalClass::conflict);
                }
            }
    EXPECT_EQ(allowed, 71 + 2 * 13 + 21);
    EXPECT_EQ(allowed + refused, 4 * 14 * 31);
}

TEST(LifeCycle, TheProgramsTableHasNoStepMoreThanTheHandwrittenOne) {
    for (const Step& step : life_cycle()) {
        if (!step.from) {
            EXPECT_EQ(step.action, Action::open);
            continue;
        }
        for (const TicketKind kind : step.kinds)
            EXPECT_TRUE(expected_to(kind, *step.from, step.action))
                << to_string(kind) << " " << to_string(*step.from) << " " << to_string(step.action);
    }
}

TEST(LifeCycle, ATicketThatDoesNotExistCanOnlyBeOpened) {
    for (const TicketKind kind : all_values<TicketKind>)
        for (const Action action : all_values<Action>) {
            Ticket nothing;
            nothing.kind = kind;
            EXPECT_EQ(decide(nothing, a(action, nothing), at(start)).has_value(), action == Action::open)
                << to_string(kind) << " " << to_string(action);
        }
}

TEST(LifeCycle, TheStateThatForbidsIsToldWithTheVersion) {
    const Life life = in(on_site);
    const auto refusal = life.refused(a(Action::offer, life.ticket));
    EXPECT_EQ(std::get<std::string>(attribute(refusal.details, "state")), "on_site");
    EXPECT_EQ(std::get<std::int64_t>(attribute(refusal.details, "version")), life.ticket.version);
}

TEST(LifeCycle, TheSameCommandDecidedTwiceGivesTheSameTicket) {
    const Life life = in(offered);
    const auto one = decide(life.ticket, a(Action::confirm, life.ticket), at(life.now));
    const auto two = decide(life.ticket, a(Action::confirm, life.ticket), at(life.now));
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->after, two->after);
    EXPECT_EQ(one->deadlines, two->deadlines);
}

// Who may do what: a person of each role at the right place, and where he may do it.
using Allowed = std::map<Role, std::set<Action>>;

std::set<Action> actions_of(const Ticket& ticket, const Actor& actor) {
    const auto allowed = allowed_actions(ticket, at(start + 5min, actor));
    return {allowed.begin(), allowed.end()};
}

Actor in_place(Role role) {
    switch (role) {
        case Role::coordinator:
            return person(role, office.path);
        case Role::dealer:
            return the_dealer();
        case Role::technician:
            return the_technician();
        default:
            return person(role);
    }
}

void expect_allowed(const Ticket& ticket, const Allowed& by_role) {
    for (const Role role : all_values<Role>) {
        const auto expected = by_role.find(role);
        EXPECT_EQ(actions_of(ticket, in_place(role)), expected == by_role.end() ? std::set<Action>{} : expected->second)
            << to_string(role) << " in " << to_string(ticket.state);
    }
}

TEST(AllowedActions, OfAnOpenRepair) {
    expect_allowed(in(open).ticket,
                   {{Role::agent, {Action::edit, Action::merge, Action::cancel, Action::chase, Action::note}},
                    {Role::dispatcher, {Action::edit, Action::offer, Action::merge, Action::chase, Action::note}},
                    {Role::coordinator, {Action::chase, Action::note}},
                    {Role::supervisor, {Action::edit, Action::cancel, Action::chase, Action::note}}});
}

TEST(AllowedActions, OfAnOfferedRepair) {
    expect_allowed(in(offered).ticket,
                   {{Role::agent, {Action::edit, Action::cancel, Action::chase, Action::note}},
                    {Role::dispatcher, {Action::edit, Action::recall, Action::redispatch, Action::chase, Action::note}},
                    {Role::coordinator, {Action::confirm, Action::reject, Action::chase, Action::note}},
                    {Role::dealer, {Action::confirm, Action::reject}},
                    {Role::supervisor, {Action::edit, Action::cancel, Action::chase, Action::note}}});
}

TEST(AllowedActions, OfAConfirmedRepairWithATechnician) {
    expect_allowed(in(confirmed).ticket,
                   {{Role::agent, {Action::edit, Action::cancel, Action::chase, Action::note}},
                    {Role::dispatcher, {Action::edit, Action::recall, Action::redispatch, Action::chase, Action::note}},
                    {Role::coordinator, {Action::name_technician, Action::depart, Action::chase, Action::note}},
                    {Role::dealer, {Action::name_technician, Action::depart}},
                    {Role::technician, {Action::depart}},
                    {Role::supervisor, {Action::edit, Action::cancel, Action::chase, Action::note}}});
}

TEST(AllowedActions, AfterArrivalOnlyASupervisorCancels) {
    for (const TicketState state : {on_site, paused}) {
        const auto work = state == on_site ? std::set{Action::pause, Action::finish, Action::leave_unrepaired}
                                           : std::set{Action::resume};
        auto coordinator = work;
        coordinator.insert({Action::chase, Action::note});
        expect_allowed(in(state).ticket,
                       {{Role::agent, {Action::edit, Action::chase, Action::note}},
                        {Role::dispatcher, {Action::edit, Action::chase, Action::note}},
                        {Role::coordinator, coordinator},
                        {Role::dealer, work},
                        {Role::technician, work},
                        {Role::supervisor, {Action::edit, Action::cancel, Action::chase, Action::note}}});
    }
}

TEST(AllowedActions, OfARepairedTicket) {
    expect_allowed(in(repaired).ticket, {{Role::agent, {Action::edit, Action::record_callback, Action::note}},
                                         {Role::dispatcher, {Action::edit, Action::note}},
                                         {Role::coordinator, {Action::note}},
                                         {Role::supervisor, {Action::edit, Action::note}}});
}

TEST(AllowedActions, OfAComplaint) {
    expect_allowed(
        in(open, TicketKind::complaint).ticket,
        {{Role::agent, {Action::edit, Action::merge, Action::cancel, Action::chase, Action::note}},
         {Role::dispatcher, {Action::edit, Action::merge, Action::chase, Action::note}},
         {Role::coordinator, {Action::chase, Action::note}},
         {Role::supervisor, {Action::edit, Action::investigate, Action::cancel, Action::chase, Action::note}}});
}

TEST(AllowedActions, NameExactlyWhatDecideDoesNotRefuseForTheStateOrThePerson) {
    for (const TicketKind kind : all_values<TicketKind>)
        for (const TicketState state : all_values<TicketState>)
            for (const Role role : all_values<Role>)
                for (const bool later : {false, true}) {
                    const Life life = in(state, kind);
                    const auto context = at(life.now + (later ? 1h : 0h), in_place(role));
                    const auto allowed = allowed_actions(life.ticket, context);
                    for (const Action action : all_values<Action>) {
                        // Done from the incident, so that the ticket shows no button for it.
                        if (action == Action::join_incident) continue;
                        const auto decision = decide(life.ticket, a(action, life.ticket), context);
                        const bool taken = decision || class_of(decision.error().code) == RefusalClass::invalid;
                        EXPECT_EQ(taken, std::ranges::count(allowed, action) == 1)
                            << to_string(kind) << " " << to_string(state) << " " << to_string(role) << " "
                            << to_string(action);
                    }
                }
}

TEST(AllowedActions, AnOfferPastItsTimeCanNoLongerBeAnswered) {
    const Life life = in(offered);
    EXPECT_TRUE(allowed_actions(life.ticket, at(life.ticket.offer->expires_at, the_dealer())).empty());
}

TEST(AllowedActions, NobodyDepartsBeforeATechnicianIsNamed) {
    Life life = opened();
    life.act(Action::offer).act(Action::confirm);
    EXPECT_EQ(allowed_actions(life.ticket, at(life.now, the_dealer())), std::vector{Action::name_technician});
}

}  // namespace
}  // namespace callout::dispatch::play
