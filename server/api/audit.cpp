#include "server/api/audit.hpp"

#include <boost/json.hpp>

#include "server/api/item_page.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/parameters.hpp"
#include "server/storage/audit.hpp"

namespace callout::api::audit {
namespace {

boost::json::object entry_view(const storage::AuditEntry& entry) {
    return {{"id", entry.id},
            {"recorded_at", to_rfc3339(entry.recorded_at)},
            {"user_id", to_json(entry.user_id)},
            {"login", entry.login},
            {"action", entry.action},
            {"subject_kind", entry.subject_kind},
            {"subject_id", to_json(entry.subject_id)},
            {"details", entry.details},
            {"address", entry.address},
            {"request_id", entry.request_id}};
}

}  // namespace

Result<Answer> list(Call& call) {
    Parameters parameters{call.request};
    const storage::AuditFilter filter{.user_id = parameters.id("user_id"),
                                      .action = parameters.text("action", 48),
                                      .subject_kind = parameters.text("subject_kind", 32),
                                      .subject_id = parameters.id("subject_id"),
                                      .from = parameters.instant("from"),
                                      .until = parameters.instant("until")};
    const auto page = parameters.page();
    if (auto wrong = parameters.problem()) return tl::unexpected{*std::move(wrong)};
    return item_page(storage::list_audit(call.db, filter, page.cursor, page.limit + 1), page.limit, entry_view);
}

}  // namespace callout::api::audit
