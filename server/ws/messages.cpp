#include "server/ws/messages.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "dispatch/rfc3339.hpp"

namespace callout::ws {
namespace {

namespace json = boost::json;

json::value or_null(const std::optional<std::int64_t>& number) {
    // Not braces: they would make a list of one.
    return number ? json::value(*number) : json::value(nullptr);
}

}  // namespace

std::string hello_message(std::int64_t head) {
    return fmt::format(R"({{"type":"hello","head":{}}})", head);
}

std::string resync_message(std::int64_t head) {
    return fmt::format(R"({{"type":"resync","head":{}}})", head);
}

std::string presence_message(const notifications::Presence& presence) {
    json::array people;
    for (const auto& one : presence.people)
        people.push_back({{"user_id", one.user_id}, {"name", one.name}, {"typing", one.typing}});
    return json::serialize(
        json::object{{"type", "presence"}, {"ticket_id", presence.ticket_id}, {"people", std::move(people)}});
}

std::string event_message(const notifications::Event& event) {
    json::object message{
        {"type", "event"},
        {"seq", event.seq},
        {"kind", event.kind},
        {"ticket_id", or_null(event.ticket_id)},
        {"ticket_version", or_null(event.ticket_version)},
        {"from_state", event.from_state},
        {"to_state", event.to_state},
        {"happened_at", to_rfc3339(event.happened_at)},
        {"recorded_at", to_rfc3339(event.recorded_at)},
        {"source", event.source},
        {"actor", event.actor_id ? json::value{{"id", *event.actor_id}, {"name", event.actor_name}} : json::value{}}};
    auto text = json::serialize(message);
    // The column holds a JSON object that append_event() wrote: no need to take it apart.
    text.pop_back();
    text += R"(,"attributes":)";
    text += event.attributes.empty() ? "{}" : event.attributes;
    text += '}';
    return text;
}

notifications::AnnouncementPtr announce(const notifications::Event& event) {
    return std::make_shared<const notifications::Announcement>(
        notifications::Announcement{.seq = event.seq,
                                    .kind = event.kind,
                                    .ticket_id = event.ticket_id,
                                    .audience = event.audience,
                                    .internal = event.internal,
                                    .text = std::make_shared<const std::string>(event_message(event))});
}

std::optional<OwnPresence> parse_own_presence(std::string_view text) {
    json::error_code error;
    const auto value = json::parse(text, error);
    const auto* message = error ? nullptr : value.if_object();
    if (message == nullptr || message->size() != 3) return std::nullopt;
    const auto* type = message->if_contains("type");
    const auto* ticket_id = message->if_contains("ticket_id");
    const auto* typing = message->if_contains("typing");
    if (type == nullptr || !type->is_string() || type->get_string() != "presence") return std::nullopt;
    if (ticket_id == nullptr || typing == nullptr || !typing->is_bool()) return std::nullopt;
    if (ticket_id->is_null()) return OwnPresence{0, false};
    if (!ticket_id->is_int64() || ticket_id->get_int64() < 1) return std::nullopt;
    return OwnPresence{ticket_id->get_int64(), typing->get_bool()};
}

}  // namespace callout::ws
