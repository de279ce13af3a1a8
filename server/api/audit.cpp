#include "server/api/audit.hpp"

#include <array>
#include <boost/json.hpp>

#include "server/api/item_page.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/parameters.hpp"
#include "server/storage/audit.hpp"
#include "server/storage/id_list.hpp"
#include "server/storage/names.hpp"

namespace callout::api::audit {
namespace {

namespace json = boost::json;
using storage::AuditEntry;
using storage::Named;

// Details that are an id, or a path of them.
constexpr std::array<std::pair<std::string_view, Named>, 6> referring_details{{{"user_id", Named::user},
                                                                               {"token_id", Named::token},
                                                                               {"unit_id", Named::unit},
                                                                               {"unit_id_before", Named::unit},
                                                                               {"path", Named::unit},
                                                                               {"path_before", Named::unit}}};

std::vector<std::int64_t> ids_in(const json::value& detail) {
    if (const auto* id = detail.if_int64()) return {*id};
    if (const auto* path = detail.if_string()) return storage::ids_between_separators(*path);
    return {};
}

// What a page of entries refers to, as it is called now.
storage::Names names_in(storage::Connection& db, const std::vector<AuditEntry>& entries) {
    storage::Names names;
    for (const auto& entry : entries) {
        names.ask(Named::user, entry.user_id);
        if (const auto kind = parse<Named>(entry.subject_kind)) names.ask(*kind, entry.subject_id);
        for (const auto& [name, kind] : referring_details)
            if (const auto* detail = entry.details.if_contains(name))
                for (const auto id : ids_in(*detail)) names.ask(kind, id);
    }
    names.look_up(db);
    return names;
}

std::string subject_name(const AuditEntry& entry, const storage::Names& names) {
    const auto kind = parse<Named>(entry.subject_kind);
    return kind ? names.of(*kind, entry.subject_id) : "";
}

json::object detail_names(const AuditEntry& entry, const storage::Names& names) {
    json::object view;
    for (const auto& [name, kind] : referring_details) {
        const auto* detail = entry.details.if_contains(name);
        if (!detail) continue;
        std::string text;
        for (const auto id : ids_in(*detail)) text += (text.empty() ? "" : " / ") + names.of(kind, id);
        view[name] = text;
    }
    return view;
}

json::object entry_view(const AuditEntry& entry, const storage::Names& names) {
    return {{"id", entry.id},
            {"recorded_at", to_rfc3339(entry.recorded_at)},
            {"user_id", to_json(entry.user_id)},
            {"user_name", names.of(Named::user, entry.user_id)},
            {"login", entry.login},
            {"action", entry.action},
            {"subject_kind", entry.subject_kind},
            {"subject_id", to_json(entry.subject_id)},
            {"subject_name", subject_name(entry, names)},
            {"details", entry.details},
            {"detail_names", detail_names(entry, names)},
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
    const auto entries = storage::list_audit(call.db, filter, page.cursor, page.limit + 1);
    const auto names = names_in(call.db, entries);
    return item_page(entries, page.limit, [&](const AuditEntry& entry) { return entry_view(entry, names); });
}

}  // namespace callout::api::audit
