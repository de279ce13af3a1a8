// Reads what a telephone system reports about a call: Zammad's generic CTI payload, as JSON or as a form.
//
// It is somebody else's payload: fields we do not know are passed over, and a text that is too long for its column is
// cut. Only what a report cannot do without is a mistake: the event and the call's id.
#pragma once

#include <string>
#include <vector>

#include "dispatch/calls/call.hpp"
#include "server/api/problem.hpp"
#include "server/http/message.hpp"

namespace callout::api {

struct ReportedCall {
    dispatch::CallReport report = dispatch::CallReport::new_call;
    std::string call_id;  // visible ASCII, 1 to 100
    std::string from;     // as reported, at most 64 bytes; the next as well
    std::string to;
    dispatch::CallDirection direction = dispatch::CallDirection::in;
    std::vector<std::string> users;  // extensions, logins or names; at most 50
    std::string queue;               // at most 100 bytes
    std::string cause;               // at most 64 bytes
    std::string answering_number;    // at most 64 bytes
};

// 400 for a body that is neither, 422 for a report without event or call id.
Result<ReportedCall> read_call_report(const http::Request& request);

}  // namespace callout::api
