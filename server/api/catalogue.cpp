#include "server/api/catalogue.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "server/api/changes.hpp"
#include "server/api/fields.hpp"
#include "server/api/item_page.hpp"
#include "server/api/key_field.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/parameters.hpp"
#include "server/storage/audit.hpp"
#include "server/storage/catalogue.hpp"

namespace callout::api::catalogue {
namespace {

namespace json = boost::json;
using storage::Fault;
using storage::Product;

constexpr std::int64_t max_months = 600;
constexpr std::int64_t max_hours = 10'000'000;

json::object view(const Product& product) {
    return {{"id", product.id},
            {"version", product.version},
            {"code", product.code},
            {"name", product.name},
            {"warranty_months", product.warranty_months},
            {"warranty_hours", to_json(product.warranty_hours)},
            {"active", product.active}};
}

json::object view(const Fault& fault) {
    return {{"id", fault.id},     {"version", fault.version}, {"parent_id", to_json(fault.parent_id)},
            {"code", fault.code}, {"name", fault.name},       {"active", fault.active}};
}

void write_audit(Call& call, std::string action, std::string kind, std::int64_t id, std::string_view code) {
    storage::write_audit(call.db, {.recorded_at = call.now,
                                   .user_id = call.principal.user_id,
                                   .login = call.principal.login,
                                   .action = std::move(action),
                                   .subject_kind = std::move(kind),
                                   .subject_id = id,
                                   .details = {{"code", code}},
                                   .address = call.request.peer_address,
                                   .request_id = call.request.request_id});
}

template <class Thing>
tl::unexpected<Problem> overtaken(const Thing& current) {
    auto stale = problem(412, "version_conflict");
    stale.value().current = view(current);
    return stale;
}

// A write that may find its code taken by somebody who was faster.
template <class Write>
Result<Answer> unless_taken(const Write& write) {
    try {
        return write();
    } catch (const storage::StatementFailed& failed) {
        if (failed.duplicate_key()) return invalid("/code", "taken");
        throw;
    }
}

void read_into(Product& product, Fields& fields, Call& call) {
    take_key(fields, call, storage::KeyOf::product, "code", product.code, 64, product.id);
    take_required_text(fields, "name", product.name, 200);
    if (fields.has("warranty_months")) product.warranty_months = fields.integer("warranty_months", 0, max_months);
    if (fields.has("warranty_hours")) product.warranty_hours = fields.optional_integer("warranty_hours", 0, max_hours);
    take_flag(fields, "active", product.active);
}

void read_into(Fault& fault, Fields& fields, Call& call) {
    if (fields.has("parent_id")) {
        fault.parent_id = fields.optional_id("parent_id");
        if (fault.parent_id && !storage::find_fault(call.db, *fault.parent_id))
            fields.fail("parent_id", "not_found");
        else if (fault.parent_id && fault.id != 0 && storage::is_above(call.db, fault.id, *fault.parent_id))
            fields.fail("parent_id", "parent_cycle");
    }
    take_key(fields, call, storage::KeyOf::fault, "code", fault.code, 64, fault.id);
    take_required_text(fields, "name", fault.name, 200);
    take_flag(fields, "active", fault.active);
}

}  // namespace

Result<Answer> list_products(Call& call) {
    Parameters parameters{call.request};
    const auto q = parameters.text("q");
    const auto page = parameters.page();
    if (auto problem = parameters.problem()) return tl::unexpected{*std::move(problem)};
    return item_page(storage::list_products(call.db, q, page.cursor, page.limit + 1), page.limit,
                     [](const Product& product) { return view(product); });
}

Result<Answer> create_product(Call& call) {
    Fields fields{call.body};
    Product product;
    read_into(product, fields, call);
    if (auto problem = fields.problem()) return tl::unexpected{*std::move(problem)};
    return unless_taken([&]() -> Answer {
        const auto stored = storage::find_product(call.db, storage::insert_product(call.db, product)).value();
        write_audit(call, "product.created", "product", stored.id, stored.code);
        return {.status = 201,
                .body = view(stored),
                .version = stored.version,
                .location = fmt::format("/api/v1/products/{}", stored.id)};
    });
}

Result<Answer> change_product(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    auto product = storage::find_product(call.db, *id);
    if (!product) return not_found();
    if (product->version != call.expected_version) return overtaken(*product);
    Fields fields{call.body};
    read_into(*product, fields, call);
    if (auto problem = fields.problem()) return tl::unexpected{*std::move(problem)};
    return unless_taken([&]() -> Result<Answer> {
        const bool written = storage::update_product(call.db, *product);
        const auto stored = storage::find_product(call.db, *id).value();
        if (!written) return overtaken(stored);
        write_audit(call, "product.changed", "product", stored.id, stored.code);
        return Answer{.body = view(stored), .version = stored.version};
    });
}

Result<Answer> list_faults(Call& call) {
    Parameters parameters{call.request};
    const auto q = parameters.text("q");
    const auto page = parameters.page();
    if (auto problem = parameters.problem()) return tl::unexpected{*std::move(problem)};
    return item_page(storage::list_faults(call.db, q, page.cursor, page.limit + 1), page.limit,
                     [](const Fault& fault) { return view(fault); });
}

Result<Answer> create_fault(Call& call) {
    Fields fields{call.body};
    Fault fault;
    read_into(fault, fields, call);
    if (auto problem = fields.problem()) return tl::unexpected{*std::move(problem)};
    return unless_taken([&]() -> Answer {
        const auto stored = storage::find_fault(call.db, storage::insert_fault(call.db, fault)).value();
        write_audit(call, "fault.created", "fault", stored.id, stored.code);
        return {.status = 201,
                .body = view(stored),
                .version = stored.version,
                .location = fmt::format("/api/v1/faults/{}", stored.id)};
    });
}

Result<Answer> change_fault(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    auto fault = storage::find_fault(call.db, *id);
    if (!fault) return not_found();
    if (fault->version != call.expected_version) return overtaken(*fault);
    Fields fields{call.body};
    read_into(*fault, fields, call);
    if (auto problem = fields.problem()) return tl::unexpected{*std::move(problem)};
    return unless_taken([&]() -> Result<Answer> {
        const bool written = storage::update_fault(call.db, *fault);
        const auto stored = storage::find_fault(call.db, *id).value();
        if (!written) return overtaken(stored);
        write_audit(call, "fault.changed", "fault", stored.id, stored.code);
        return Answer{.body = view(stored), .version = stored.version};
    });
}

}  // namespace callout::api::catalogue
