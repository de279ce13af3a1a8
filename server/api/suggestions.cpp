#include "server/api/suggestions.hpp"

#include <date/tz.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <map>

#include "server/api/fields.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/ticket_view.hpp"
#include "server/config/config.hpp"

namespace callout::api::suggestions {
namespace {

namespace json = boost::json;
using namespace planning;

constexpr std::size_t max_questions = 50;

// A dealer has until then to make up his mind; later nothing is left to suggest.
bool can_be_offered(const dispatch::Ticket& ticket) {
    using enum dispatch::TicketState;
    return ticket.state == open || ticket.state == offered || ticket.state == confirmed || ticket.state == en_route;
}

class Names {
public:
    explicit Names(const storage::SuggestionInput& input) : input_{input} {
        for (const auto& candidate : input.candidates)
            technicians_.emplace(candidate.technician.id, candidate.technician.name);
    }

    std::string_view technician(std::int64_t id) const { return find(technicians_, id); }

    std::string_view dealer(std::int64_t id) const { return find(input_.dealer_names, id); }

private:
    template <class Map>
    static std::string_view find(const Map& names, std::int64_t id) {
        const auto found = names.find(id);
        return found == names.end() ? std::string_view{} : std::string_view{found->second};
    }

    const storage::SuggestionInput& input_;
    std::map<std::int64_t, std::string_view> technicians_;
};

// Figures are measured to no more than that.
double rounded(double value) {
    return std::round(value * 10) / 10 + 0.0;  // never minus zero
}

json::array view(const std::vector<Suggestion>& suggestions, const Names& names) {
    json::array items;
    for (const auto& suggestion : suggestions) {
        json::array reasons;
        for (const auto& [code, value, cost_min] : suggestion.reasons)
            reasons.push_back({{"code", to_string(code)}, {"value", rounded(value)}, {"cost_min", rounded(cost_min)}});
        items.push_back({{"rank", suggestion.rank},
                         {"technician_id", suggestion.technician_id},
                         {"technician_name", names.technician(suggestion.technician_id)},
                         {"dealer_unit_id", suggestion.dealer_unit_id},
                         {"dealer_name", names.dealer(suggestion.dealer_unit_id)},
                         {"cost_min", rounded(suggestion.cost_min)},
                         {"departs_at", to_rfc3339(suggestion.departs_at)},
                         {"arrives_at", to_rfc3339(suggestion.arrives_at)},
                         {"after_ticket_id", to_json(suggestion.after_ticket_id)},
                         {"reasons", std::move(reasons)}});
    }
    return items;
}

json::value view(const std::optional<Hindrance>& hindrance) {
    if (!hindrance) return nullptr;
    return json::object{{"obstacle", to_string(hindrance->obstacle)}, {"what", hindrance->what}};
}

json::object view(const WhyNot& answer, std::string_view kind, std::string_view name) {
    return {{"kind", kind},
            {"id", answer.id},
            {"name", name},
            {"known", answer.known},
            {"hindrance", view(answer.hindrance)},
            {"rank", to_json(answer.rank)},
            {"cost_difference_min",
             answer.cost_difference_min ? json::value(rounded(*answer.cost_difference_min)) : json::value(nullptr)}};
}

json::object view(const Answered& answered, std::int64_t ticket_id, Instant now) {
    const auto& suggestions = answered.suggestions;
    const Names names{answered.input};
    json::array why_not;
    for (const auto& answer : suggestions.why_not_technicians)
        why_not.push_back(view(answer, "technician", names.technician(answer.id)));
    for (const auto& answer : suggestions.why_not_dealers)
        why_not.push_back(view(answer, "dealer", names.dealer(answer.id)));
    json::array hindrances;
    for (const auto& [hindrance, technicians] : suggestions.hindrances)
        hindrances.push_back(
            {{"obstacle", to_string(hindrance.obstacle)}, {"what", hindrance.what}, {"technicians", technicians}});
    return {{"ticket_id", ticket_id},
            {"asked_at", to_rfc3339(now)},
            {"technicians", view(suggestions.technicians, names)},
            {"dealers", view(suggestions.dealers, names)},
            {"feasible_technicians", suggestions.feasible_technicians},
            {"feasible_dealers", suggestions.feasible_dealers},
            {"why_not", std::move(why_not)},
            {"hindrances", std::move(hindrances)},
            {"nobody", view(suggestions.nobody)}};
}

}  // namespace

storage::WorkforceClock workforce_clock(std::string_view timezone, Instant now) {
    try {
        const auto offset = date::locate_zone(std::string{timezone})->get_info(now).offset;
        return {.now = now, .utc_offset = std::chrono::duration_cast<std::chrono::minutes>(offset)};
    } catch (const std::runtime_error& error) {
        spdlog::warn("time zone {}: {}; working hours are taken as UTC", timezone, error.what());
        return {.now = now};
    }
}

Answered suggest_for(storage::Connection& db, const storage::StoredTicket& stored, const storage::WorkforceClock& clock,
                     const WhyNotQuestion& question) {
    Answered answered{.input = storage::suggestion_input(db, stored, clock)};
    const auto& input = answered.input;
    answered.suggestions = suggest(input.job, input.dealers, input.candidates, clock.now, question);
    return answered;
}

Standing standing_of_dealer(storage::Connection& db, const storage::StoredTicket& stored,
                            const storage::WorkforceClock& clock, std::int64_t dealer_unit_id) {
    auto input = storage::suggestion_input(db, stored, clock);
    // Who has it now is not a choice any more.
    if (stored.ticket.dealer_unit_id) input.job.declined_dealers.push_back(*stored.ticket.dealer_unit_id);
    const auto suggestions =
        suggest(input.job, input.dealers, input.candidates, clock.now, {.dealer_unit_ids = {dealer_unit_id}});
    const auto rank = suggestions.why_not_dealers.front().rank;
    return {.rank = rank, .passes_over_first = !suggestions.dealers.empty() && rank != 1};
}

Result<Answer> ask(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    const auto stored = visible_ticket(call, *id);
    if (!stored) return tl::unexpected{stored.error()};

    static const json::value nothing = json::object{};
    Fields fields{call.body.is_null() ? nothing : call.body};
    auto& why_not = fields.object("why_not");
    const WhyNotQuestion question{.technician_ids = why_not.ids("technician_ids", max_questions),
                                  .dealer_unit_ids = why_not.ids("dealer_unit_ids", max_questions)};
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};
    if (stored->ticket.kind != dispatch::TicketKind::repair) return problem(409, "ticket_kind_forbids");
    if (!can_be_offered(stored->ticket)) return problem(409, "ticket_state_forbids");

    const auto clock = workforce_clock(call.services.config.region.timezone, call.now);
    return Answer{.body = view(suggest_for(call.db, *stored, clock, question), *id, call.now)};
}

}  // namespace callout::api::suggestions
