#include "server/api/customers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "server/api/changes.hpp"
#include "server/api/fields.hpp"
#include "server/api/item_page.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/parameters.hpp"
#include "server/phones/phone_number.hpp"
#include "server/storage/assets.hpp"
#include "server/storage/audit.hpp"
#include "server/storage/customers.hpp"
#include "server/storage/ticket_lists.hpp"

namespace callout::api::customers {
namespace {

namespace json = boost::json;
using dispatch::Permission;
using storage::Customer;
using storage::CustomerPhone;

constexpr std::size_t max_phones = 20;
constexpr std::size_t max_contacts = 50;
constexpr std::size_t max_phones_of_contact = 10;
constexpr std::size_t max_tags = 30;
constexpr std::size_t shortest_tail = 4;
constexpr std::size_t longest_tail = 15;
constexpr std::int64_t shown_tickets = 20;
constexpr std::int64_t shown_assets = 50;
constexpr std::int64_t shown_duplicates = 10;

enum class Numbers { whole, masked };

// Who keeps customers sees their numbers; everybody else asks for them one customer at a time, and is logged.
Numbers numbers_for(const Call& call) {
    return call.principal.actor.has(Permission::edit_customers) ? Numbers::whole : Numbers::masked;
}

json::array phones_view(const std::vector<CustomerPhone>& phones, Numbers numbers) {
    json::array view;
    for (const auto& phone : phones)
        view.push_back({{"number", numbers == Numbers::whole ? phone.number : phones::mask(phone.number)},
                        {"extension", phone.extension},
                        {"label", phone.label}});
    return view;
}

json::object view(const Customer& customer, Numbers numbers) {
    json::array contacts;
    for (const auto& contact : customer.contacts)
        contacts.push_back({{"id", contact.id},
                            {"name", contact.name},
                            {"job", contact.job},
                            {"email", contact.email},
                            {"birthday", to_json(contact.birthday)},
                            {"phones", phones_view(contact.phones, numbers)}});
    return {{"id", customer.id},
            {"version", customer.version},
            {"kind", to_string(customer.kind)},
            {"name", customer.name},
            {"address", customer.address},
            {"region_code", customer.region_code},
            {"longitude", to_json(customer.longitude)},
            {"latitude", to_json(customer.latitude)},
            {"tier", to_string(customer.tier)},
            {"note", customer.note},
            {"phones", phones_view(customer.phones, numbers)},
            {"contacts", std::move(contacts)},
            {"tags", json::array(customer.tags.begin(), customer.tags.end())},
            {"phones_masked", numbers == Numbers::masked},
            {"created_at", to_rfc3339(customer.created_at)},
            {"updated_at", to_rfc3339(customer.updated_at)}};
}

std::vector<std::string> numbers_of(const Customer& customer) {
    std::vector<std::string> numbers;
    for (const auto& phone : customer.phones) numbers.push_back(phone.number);
    for (const auto& contact : customer.contacts)
        for (const auto& phone : contact.phones) numbers.push_back(phone.number);
    return numbers;
}

// What stands around the customer: his machines, his open tickets, and who else has one of his numbers.
json::object whole_view(Call& call, const Customer& customer, Numbers numbers) {
    auto whole = view(customer, numbers);
    json::array assets;
    for (const auto& asset : storage::list_assets(call.db, {.customer_id = customer.id}, std::nullopt, shown_assets))
        assets.push_back({{"id", asset.id},
                          {"serial_number", asset.serial_number},
                          {"product_id", asset.product_id},
                          {"product_name", asset.product_name}});
    json::array same_number;
    if (call.principal.actor.has(Permission::edit_customers))
        for (const auto& other :
             storage::customers_with_numbers(call.db, numbers_of(customer), customer.id, shown_duplicates))
            same_number.push_back({{"id", other.id}, {"name", other.name}});
    whole["assets"] = std::move(assets);
    whole["open_tickets"] =
        storage::list_tickets(call.db, call.principal.actor, {.open = true, .customer_id = customer.id},
                              storage::TicketOrder::newest, std::nullopt, shown_tickets);
    whole["same_number"] = std::move(same_number);
    return whole;
}

std::vector<CustomerPhone> read_phones(Fields& fields, const Call& call, std::size_t max,
                                       std::vector<CustomerPhone>& seen) {
    std::vector<CustomerPhone> phones;
    fields.each_object("phones", max, [&](Fields& entry) {
        const auto typed = entry.text("number", {.min = 3, .max = 40});
        const auto extension = entry.optional_text("extension", {.max = 10}).value_or("");
        CustomerPhone phone{.number = {}, .extension = extension, .label = {}};
        phone.label = entry.optional_text("label", {.max = 40}).value_or("");
        if (!std::ranges::all_of(extension, [](char c) { return c >= '0' && c <= '9'; }))
            entry.fail("extension", "not_digits");
        if (typed.empty()) return;
        const auto number = phones::parse(typed, call.services.phone_region);
        if (!number) return entry.fail("number", phones::code_of(number.error()));
        phone.number = number->e164;
        if (!number->extension.empty()) phone.extension = number->extension;
        const bool repeated = std::ranges::any_of(seen, [&](const CustomerPhone& other) {
            return other.number == phone.number && other.extension == phone.extension;
        });
        if (repeated) return entry.fail("number", "taken");
        seen.push_back(phone);
        phones.push_back(std::move(phone));
    });
    return phones;
}

std::vector<storage::CustomerContact> read_contacts(Fields& fields, const Call& call, const Customer& before,
                                                    std::vector<CustomerPhone>& seen) {
    std::vector<storage::CustomerContact> contacts;
    fields.each_object("contacts", max_contacts, [&](Fields& entry) {
        storage::CustomerContact contact{.id = entry.optional_id("id").value_or(0), .name = entry.text("name")};
        const auto known = [&](const auto& list) {
            return std::ranges::find(list, contact.id, &storage::CustomerContact::id) != list.end();
        };
        if (contact.id != 0 && (!known(before.contacts) || known(contacts))) entry.fail("id", "not_found");
        contact.job = entry.optional_text("job", {.max = 100}).value_or("");
        contact.email = entry.optional_text("email", {.max = 200}).value_or("");
        contact.birthday = entry.optional_date("birthday");
        contact.phones = read_phones(entry, call, max_phones_of_contact, seen);
        contacts.push_back(std::move(contact));
    });
    return contacts;
}

// Reads the fields that are there over `customer`.
void read_into(Customer& customer, Fields& fields, const Call& call) {
    const Customer before = customer;
    take_choice(fields, "kind", customer.kind);
    take_required_text(fields, "name", customer.name, 200);
    take_text(fields, "address", customer.address, 500);
    take_text(fields, "region_code", customer.region_code, 16);
    take_point(fields, customer.longitude, customer.latitude);
    take_choice(fields, "tier", customer.tier);
    take_text(fields, "note", customer.note, 2000);
    // A number may stand once among all the customer's phones: those that stay count, too.
    std::vector<CustomerPhone> seen;
    if (!fields.has("phones")) seen = before.phones;
    if (!fields.has("contacts"))
        for (const auto& contact : before.contacts)
            seen.insert(seen.end(), contact.phones.begin(), contact.phones.end());
    if (fields.has("phones")) customer.phones = read_phones(fields, call, max_phones, seen);
    if (fields.has("contacts")) customer.contacts = read_contacts(fields, call, before, seen);
    if (fields.has("tags")) {
        customer.tags = fields.texts("tags", max_tags, {.max = 50});
        std::ranges::sort(customer.tags);
        customer.tags.erase(std::unique(customer.tags.begin(), customer.tags.end()), customer.tags.end());
    }
}

Result<Customer> visible_customer(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    if (!storage::customer_visible_to(call.db, call.principal.actor, *id)) return not_found();
    auto customer = storage::find_customer(call.db, *id);
    if (!customer) return not_found();
    return *std::move(customer);
}

// What was typed as digits to look for: a whole number however it is written, else the digits themselves.
std::string tail_of(Parameters& parameters, const Call& call) {
    const auto typed = parameters.text("phone_tail", 40);
    if (typed.empty()) return "";
    if (const auto number = phones::parse(typed, call.services.phone_region)) return phones::digits_of(number->e164);
    auto digits = phones::digits_of(typed);
    if (digits.size() < shortest_tail) parameters.fail("phone_tail", "too_short");
    if (digits.size() > longest_tail) parameters.fail("phone_tail", "too_long");
    return digits;
}

}  // namespace

Result<Answer> list(Call& call) {
    Parameters parameters{call.request};
    const storage::CustomerFilter filter{.q = parameters.text("q"), .phone_tail = tail_of(parameters, call)};
    const auto page = parameters.page();
    if (auto problem = parameters.problem()) return tl::unexpected{*std::move(problem)};

    const auto customers = storage::list_customers(call.db, call.principal.actor, filter, page.cursor, page.limit + 1);
    return item_page(customers, page.limit,
                     [&](const Customer& customer) { return view(customer, numbers_for(call)); });
}

Result<Answer> create(Call& call) {
    Fields fields{call.body};
    const auto customer = read_new(fields, call);
    if (auto problem = fields.problem()) return tl::unexpected{*std::move(problem)};
    const auto id = storage::insert_customer(call.db, customer, call.now);
    const auto stored = storage::find_customer(call.db, id).value();
    return Answer{.status = 201,
                  .body = whole_view(call, stored, numbers_for(call)),
                  .version = stored.version,
                  .location = fmt::format("/api/v1/customers/{}", id)};
}

Result<Answer> get(Call& call) {
    const auto customer = visible_customer(call);
    if (!customer) return tl::unexpected{customer.error()};
    return Answer{.body = whole_view(call, *customer, numbers_for(call)), .version = customer->version};
}

Result<Answer> change(Call& call) {
    auto customer = visible_customer(call);
    if (!customer) return tl::unexpected{customer.error()};
    if (customer->version != call.expected_version) {
        auto stale = problem(412, "version_conflict");
        stale.value().current = view(*customer, numbers_for(call));
        return stale;
    }
    Fields fields{call.body};
    read_into(*customer, fields, call);
    if (auto problem = fields.problem()) return tl::unexpected{*std::move(problem)};
    // Somebody was faster between our reading and our writing.
    if (!storage::update_customer(call.db, *customer, call.now)) return problem(412, "version_conflict");
    const auto stored = storage::find_customer(call.db, customer->id).value();
    return Answer{.body = whole_view(call, stored, numbers_for(call)), .version = stored.version};
}

Result<Answer> reveal_phones(Call& call) {
    const auto customer = visible_customer(call);
    if (!customer) return tl::unexpected{customer.error()};
    storage::write_audit(call.db, {.recorded_at = call.now,
                                   .user_id = call.principal.user_id,
                                   .login = call.principal.login,
                                   .action = "customer.phones_revealed",
                                   .subject_kind = "customer",
                                   .subject_id = customer->id,
                                   .address = call.request.peer_address,
                                   .request_id = call.request.request_id});
    // A repeat is not logged again, so it does not show them again either.
    return Answer{.body = whole_view(call, *customer, Numbers::whole),
                  .version = customer->version,
                  .body_for_repeat = whole_view(call, *customer, Numbers::masked)};
}

Customer read_new(Fields& fields, const Call& call) {
    Customer customer;
    read_into(customer, fields, call);
    return customer;
}

}  // namespace callout::api::customers
