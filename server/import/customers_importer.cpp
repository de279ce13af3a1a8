#include <algorithm>

#include "server/import/formats.hpp"
#include "server/phones/phone_number.hpp"
#include "server/storage/customers.hpp"
#include "server/storage/imported.hpp"

namespace callout::import {
namespace {

using storage::Customer;

constexpr std::size_t max_phones = 20;
constexpr std::size_t max_tags = 30;

// Whether the file says anything new: ids, versions and times are not the file's.
bool same(Customer a, Customer b) {
    for (auto* customer : {&a, &b})
        for (auto& contact : customer->contacts) contact.id = 0;
    return a.kind == b.kind && a.name == b.name && a.address == b.address && a.region_code == b.region_code &&
           a.longitude == b.longitude && a.latitude == b.latitude && a.tier == b.tier && a.note == b.note &&
           a.phones == b.phones && a.contacts == b.contacts && a.tags == b.tags;
}

class CustomersImporter : public Importer {
public:
    explicit CustomersImporter(std::string region) : region_{std::move(region)} {}

    std::vector<std::string_view> required_columns() const override { return {"external_key", "name"}; }

    std::vector<std::string_view> optional_columns() const override {
        return {"kind", "phones", "address",      "region_code",    "longitude",   "latitude",      "tier",
                "note", "tags",   "contact_name", "contact_phones", "contact_job", "contact_email", "contact_birthday"};
    }

    std::vector<Outcome> import_batch(storage::Connection& db, std::span<Record> records, Instant now) override {
        std::vector<Customer> wanted;
        std::vector<std::string> keys;
        for (auto& record : records) {
            wanted.push_back(read(record));
            if (!record.mistake()) keys.push_back(*wanted.back().external_key);
        }
        auto present = storage::imported_customers(db, keys);
        std::vector<Outcome> outcomes;
        for (std::size_t i = 0; i < records.size(); ++i)
            outcomes.push_back(records[i].mistake() ? Outcome::rejected(*records[i].mistake())
                                                    : save(db, wanted[i], present, now));
        return outcomes;
    }

private:
    Customer read(Record& record) const {
        Customer customer{.name = record.required_text("name", 200),
                          .address = record.text("address", 500),
                          .region_code = record.text("region_code", 16),
                          .note = record.text("note", 2000),
                          .external_key = record.required_text("external_key", 100),
                          .tags = record.texts("tags", max_tags, 50)};
        customer.kind = record.choice<dispatch::CustomerKind>("kind").value_or(customer.kind);
        customer.tier = record.choice<dispatch::CustomerTier>("tier").value_or(customer.tier);
        std::ranges::sort(customer.tags);
        customer.tags.erase(std::unique(customer.tags.begin(), customer.tags.end()), customer.tags.end());
        if (const auto point = record.point()) {
            customer.longitude = point->longitude;
            customer.latitude = point->latitude;
        }
        std::vector<storage::CustomerPhone> seen;
        customer.phones = phones(record, "phones", seen);
        read_contact(record, customer, seen);
        return customer;
    }

    void read_contact(Record& record, Customer& customer, std::vector<storage::CustomerPhone>& seen) const {
        storage::CustomerContact contact{.name = record.text("contact_name", 200),
                                         .job = record.text("contact_job", 100),
                                         .email = record.text("contact_email", 200),
                                         .birthday = record.date("contact_birthday"),
                                         .phones = phones(record, "contact_phones", seen)};
        if (!contact.name.empty())
            customer.contacts.push_back(std::move(contact));
        else if (!contact.phones.empty() || contact.birthday)
            record.fail("contact_name", "required");
    }

    // A number that stands twice in the row is kept once.
    std::vector<storage::CustomerPhone> phones(Record& record, std::string_view column,
                                               std::vector<storage::CustomerPhone>& seen) const {
        std::vector<storage::CustomerPhone> numbers;
        for (const auto& typed : record.texts(column, max_phones, 40)) {
            const auto number = phones::parse(typed, region_);
            if (!number) {
                record.fail(column, phones::code_of(number.error()));
                continue;
            }
            storage::CustomerPhone phone{number->e164, number->extension, ""};
            if (std::ranges::find(seen, phone) != seen.end()) continue;
            seen.push_back(phone);
            numbers.push_back(std::move(phone));
        }
        return numbers;
    }

    static Outcome save(storage::Connection& db, Customer& wanted,
                        std::unordered_map<std::string, std::int64_t>& present, Instant now) {
        auto& id = present[*wanted.external_key];
        if (id == 0) {
            id = storage::insert_customer(db, wanted, now);
            return Outcome::imported();
        }
        const auto before = storage::find_customer(db, id).value();
        if (same(before, wanted)) return Outcome::unchanged();
        wanted.id = id;
        wanted.version = before.version;
        if (!storage::update_customer(db, wanted, now)) return Outcome::rejected({"", "changed_meanwhile"});
        return Outcome::imported();
    }

    std::string region_;
};

}  // namespace

std::unique_ptr<Importer> customers_importer(std::string region) {
    return std::make_unique<CustomersImporter>(std::move(region));
}

}  // namespace callout::import
