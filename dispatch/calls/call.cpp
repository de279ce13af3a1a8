#include "dispatch/calls/call.hpp"

#include <algorithm>

namespace callout::dispatch {
namespace {

CallStep take_new_call(const CallTimes& before, Instant at) {
    CallStep step{.after = before, .changed = true};
    step.after.ringing_at = at;
    for (const auto& later : {before.answered_at, before.ended_at})
        if (later) step.after.ringing_at = std::min(*step.after.ringing_at, *later);
    if (!before.answered_at && !before.ended_at) step.news = CallNews::ringing;
    return step;
}

CallStep take_answer(const CallTimes& before, Instant at) {
    CallStep step{.after = before, .changed = true};
    step.after.answered_at = before.ended_at ? std::min(at, *before.ended_at) : at;
    if (!before.ended_at) step.news = CallNews::answered;
    return step;
}

CallStep take_hangup(const CallTimes& before, Instant at) {
    CallStep step{.after = before, .changed = true};
    step.after.ended_at = at;
    step.news = before.answered_at ? CallNews::ended : CallNews::missed;
    return step;
}

}  // namespace

CallState state_of(const CallTimes& times) {
    if (times.ended_at) return times.answered_at ? CallState::ended : CallState::missed;
    return times.answered_at ? CallState::answered : CallState::ringing;
}

CallStep take_report(const CallTimes& before, CallReport report, Instant at) {
    if (report == CallReport::new_call && !before.ringing_at) return take_new_call(before, at);
    if (report == CallReport::answer && !before.answered_at) return take_answer(before, at);
    if (report == CallReport::hangup && !before.ended_at) return take_hangup(before, at);
    return CallStep{.after = before};
}

}  // namespace callout::dispatch
