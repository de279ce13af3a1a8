// The call log: one row a call of the telephone system, kept by its own call id.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/calls/call.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

struct TelephoneCall {
    std::int64_t id = 0;
    std::string call_id;
    dispatch::CallDirection direction = dispatch::CallDirection::in;
    std::string from_number;  // E.164 where it could be read, else as reported
    std::string to_number;
    std::string queue;
    std::string cause;
    dispatch::CallTimes times;
    std::vector<std::int64_t> ringing_users;
    std::optional<std::int64_t> answered_by;
    std::string answered_by_name;  // only read
    std::optional<std::int64_t> customer_id;
    std::string customer_name;  // only read
    std::optional<std::int64_t> ticket_id;
    std::string recording_url;
};

// As the contract's Call.
boost::json::object to_json(const TelephoneCall& call);

// The call of that call id, locked until the transaction ends; a row is made when there is none.
TelephoneCall lock_call(Connection& db, const std::string& call_id);

// The cause of a call that was ended because nobody reported its end.
inline constexpr std::string_view presumed_over = "presumed_over";

// Calls that ring since before an instant, locked until the transaction ends; at most `limit`, the oldest first.
std::vector<TelephoneCall> lock_rings_before(Connection& db, Instant before, std::int64_t limit);

// Writes everything but ticket and recording. Only as many ringing users are kept as the column holds.
void save_call(Connection& db, const TelephoneCall& call);

struct CallFilter {
    std::optional<dispatch::CallState> state = std::nullopt;
    std::optional<std::int64_t> customer_id = std::nullopt;
    std::optional<std::int64_t> ticket_id = std::nullopt;
    // Rang at this user, or was answered by him.
    std::optional<std::int64_t> user_id = std::nullopt;
};

// The newest first; at most `limit` with an id below `before`.
std::vector<TelephoneCall> list_calls(Connection& db, const CallFilter& filter, std::optional<std::int64_t> before,
                                      std::int64_t limit);

std::optional<TelephoneCall> find_call(Connection& db, std::int64_t id);

// Ties a call to a ticket, or to none; false when there is no such call.
bool link_call(Connection& db, std::int64_t id, std::optional<std::int64_t> ticket_id);
bool set_recording(Connection& db, std::int64_t id, const std::string& recording_url);

// The calls of a ticket, the oldest first, as the contract's Call; at most 100.
boost::json::array calls_of_ticket(Connection& db, std::int64_t ticket_id);

// Who is meant by the extensions, logins or names the telephone system reports: active accounts, at most one for each
// word.
std::vector<std::int64_t> users_called(Connection& db, const std::vector<std::string>& words);

// Active accounts of these roles that have used a session since an instant, the latest first.
std::vector<std::int64_t> users_at_work(Connection& db, const std::vector<std::string>& roles, Instant since,
                                        std::int64_t limit);

// Who may be calling.
struct Caller {
    std::int64_t customer_id = 0;
    std::string name;
    std::int64_t open_tickets_count = 0;
};

// The customers with exactly this number (E.164), those with open tickets first.
std::vector<Caller> callers_with_number(Connection& db, const std::string& number, std::int64_t limit);

}  // namespace callout::storage
