#include "server/demo/history.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace callout::demo {

using namespace dispatch;
using std::chrono::hours;

// The ticket on its way: the hands of the clock and what was decided so far.
class History::Stage {
public:
    Stage(const LifeCycleSettings& settings, Instant opened_at, Instant until)
        : settings_{settings}, clock_{opened_at}, until_{until} {}

    // Lets time pass and does one thing; false, and nothing is done, when that time is not yet.
    bool after(std::chrono::minutes delay, const Player* player, const Command& command) {
        return at(clock_ + delay, player, command);
    }

    bool at(Instant when, const Player* player, const Command& command) {
        if (over_ || when > until_) {
            over_ = true;
            return false;
        }
        clock_ = when;
        const DecisionContext context{.now = clock_,
                                      .actor = player ? player->actor : Actor{},
                                      .source = player ? Source::console : Source::system,
                                      .settings = settings_};
        auto decision = decide(ticket_, command, context);
        if (!decision)
            throw std::logic_error{fmt::format("the demo's script is refused: {} in state {}: {}",
                                               to_string(action_of(command)), to_string(ticket_.state),
                                               to_string(decision.error().code))};
        ticket_ = decision->after;
        decisions_.push_back(*std::move(decision));
        return true;
    }

    bool over() const { return over_; }

    Instant clock() const { return clock_; }

    const Ticket& ticket() const { return ticket_; }

    std::vector<Decision> take() { return std::move(decisions_); }

private:
    const LifeCycleSettings& settings_;
    Instant clock_;
    const Instant until_;
    bool over_ = false;
    Ticket ticket_;
    std::vector<Decision> decisions_;
};

std::vector<Decision> History::play(const Opening& opening, Instant until) {
    Stage stage{settings_, opening.opened_at, until};
    const auto& agent = cast_.agents[opening.agent % cast_.agents.size()];
    stage.at(opening.opened_at, &agent, opening.command);
    if (opening.joins) stage.at(opening.joins->at, &agent, opening.joins->command);
    switch (opening.command.kind) {
        case TicketKind::repair:
            stage.ticket().lead_ticket_id ? follow(stage, opening) : repair(stage, opening.dealer);
            break;
        case TicketKind::enquiry:
        case TicketKind::suggestion:
            answer(stage);
            break;
        case TicketKind::complaint:
            handle_complaint(stage);
            break;
    }
    return stage.take();
}

void History::repair(Stage& stage, std::size_t dealer) {
    // What others share is not talked away on the telephone.
    if (!stage.ticket().incident_id && chance(4)) {
        stage.after(within(3, 90), &one_of(cast_.agents),
                    CancelTicket{CancelReason::solved_by_phone, "电话指导后客户自行排除"});
        return;
    }
    if (!find_dealer(stage, dealer)) return;
    const auto& holder =
        cast_.dealers[(dealer + static_cast<std::size_t>(stage.ticket().failed_offers_count)) % cast_.dealers.size()];
    while (!visit(stage, holder)) {
        if (stage.over()) return;
        // Left without a repair: the same dealer comes again.
        const auto& dispatcher = one_of(cast_.dispatchers);
        if (!stage.after(within(5, 40), &dispatcher, OfferTicket{holder.unit, holder.office, "原服务商继续处理"}))
            return;
        const ConfirmOffer again{stage.ticket().offers_count, stage.clock() + hours{20}};
        if (!stage.after(within(1, 4), &holder.desk, again)) return;
    }
    call_back(stage, dealer);
}

// The lead's visit repairs it as well.
void History::follow(Stage& stage, const Opening& opening) {
    const auto repaired_at = opening.joins->lead_repaired_at;
    if (repaired_at && stage.at(*repaired_at, nullptr, FinishWithLead{})) call_back(stage, opening.dealer);
}

// Offers until somebody confirms; now and then a dealer rejects, or says nothing until the offer is over.
bool History::find_dealer(Stage& stage, std::size_t dealer) {
    for (std::size_t candidate = dealer;; candidate = (candidate + 1) % cast_.dealers.size()) {
        const auto& asked = cast_.dealers[candidate];
        const auto& dispatcher = one_of(cast_.dispatchers);
        if (!stage.after(within(1, 18), &dispatcher, OfferTicket{asked.unit, asked.office, "距离最近，产品授权"}))
            return false;
        const bool may_fail = stage.ticket().failed_offers_count < 2;
        const Instant expires_at = stage.ticket().offer->expires_at;
        if (may_fail && chance(7)) {
            const RejectOffer reject{stage.ticket().offers_count, RejectReason::no_capacity, "技师均已外出"};
            if (!stage.after(within(1, 4), &asked.desk, reject)) return false;
        } else if (may_fail && chance(6)) {
            if (!stage.at(expires_at, nullptr, ExpireOffer{stage.ticket().offers_count})) return false;
        } else {
            const ConfirmOffer confirm{stage.ticket().offers_count, stage.clock() + within(90, 300)};
            return stage.after(within(1, 4), &asked.desk, confirm);
        }
    }
}

// True when the machine runs again.
bool History::visit(Stage& stage, const DealerCast& dealer) {
    const auto& technician = one_of(dealer.technicians);
    if (!stage.after(within(1, 12), &dealer.desk, NameTechnician{technician.user_id, dealer.unit.path})) return false;
    if (!stage.after(within(8, 50), &technician, Depart{})) return false;
    Arrive arrive;
    if (const auto& site = stage.ticket().site)
        arrive.position = Point{site->latitude + 0.0012, site->longitude - 0.0009};
    arrive.accuracy_m = 12;
    if (!stage.after(within(25, 110), &technician, arrive)) return false;
    if (chance(15)) {
        if (!stage.after(within(10, 30), &technician, PauseVisit{{}, PauseReason::waiting_for_part, "等待配件送达"}))
            return false;
        if (!stage.after(within(30, 180), &technician, ResumeVisit{})) return false;
    }
    if (stage.ticket().visits_count < 2 && chance(6)) {
        stage.after(within(20, 60), &technician,
                    LeaveUnrepaired{{}, UnrepairedReason::part_missing, "缺喷油器总成，订货"});
        return false;
    }
    return stage.after(within(25, 200), &technician, FinishRepair{{}, "更换故障件，试车正常", "客户本人"});
}

void History::call_back(Stage& stage, std::size_t dealer) {
    while (stage.ticket().state == TicketState::repaired) {
        const auto& agent = one_of(cast_.agents);
        RecordCallback callback{.outcome = CallbackOutcome::unreached};
        if (chance(85)) {
            callback.outcome = CallbackOutcome::reached;
            callback.fixed = stage.ticket().reopened_count > 0 || !chance(4);
            if (*callback.fixed) callback.score = chance(70) ? 5 : chance(70) ? 4 : 3;
            callback.answers = {{"服务态度", "满意"}, {"到场是否及时", *callback.fixed ? "及时" : "不及时"}};
        }
        if (!stage.after(within(90, 420), &agent, callback)) return;
    }
    if (stage.ticket().state == TicketState::open) repair(stage, dealer);
}

void History::answer(Stage& stage) {
    if (stage.after(within(1, 240), &one_of(cast_.agents), AnswerEnquiry{"已按产品手册答复客户"}))
        stage.after(hours{72}, nullptr, CloseTicket{});
}

void History::handle_complaint(Stage& stage) {
    if (!stage.after(within(10, 300), &one_of(cast_.supervisors), InvestigateComplaint{"联系服务站核实经过"})) return;
    if (!stage.after(within(120, 2000), &one_of(cast_.supervisors), ResolveComplaint{"服务站致歉并补偿保养一次"}))
        return;
    RecordCallback callback{.outcome = CallbackOutcome::reached, .fixed = true, .score = 4};
    stage.after(within(60, 900), &one_of(cast_.agents), callback);
}

}  // namespace callout::demo
